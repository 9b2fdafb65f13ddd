internal import CRabbitMQ

/// Why a TLS handshake failed, as far as a person can do something about it.
public enum TLSFault: Sendable, Equatable {
    /// The broker's certificate is out of date, or not valid yet.
    case expired, notYetValid
    /// The broker's certificate is by an authority that is not trusted here.
    case unknownAuthority
    /// The broker's certificate is for another name or address.
    case wrongName
    /// Both sides have no TLS version in common.
    case protocolVersion
    /// The port does not speak TLS.
    case plainPort
    /// The broker requires a client certificate, and none is configured.
    case certificateWanted
    /// The broker does not accept our certificate.
    case certificateRefused
    /// A certificate or key file cannot be read, or the two do not match.
    case files
    /// Anything else.
    case other

    /// From OpenSSL's verdict on the peer's certificate. `nil` if the certificate is valid.
    init?(verdict: Int) {
        switch Int32(clamping: verdict) {
        case X509_V_OK: return nil
        case X509_V_ERR_CERT_HAS_EXPIRED: self = .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: self = .notYetValid
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: self = .wrongName
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
            X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED,
            X509_V_ERR_INVALID_CA, X509_V_ERR_CERT_SIGNATURE_FAILURE:
            self = .unknownAuthority
        default: self = .other
        }
    }

    /// From the reason of OpenSSL's last error. Alerts of the peer are numbered from 1000 (RFC 8446, 6.2).
    init(complaint: Int32) {
        switch complaint {
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_PACKET_LENGTH_TOO_LONG: self = .plainPort
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_NO_PROTOCOLS_AVAILABLE, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION: self = .protocolVersion
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED: self = .certificateWanted
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED,
            SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, SSL_R_TLSV1_ALERT_UNKNOWN_CA,
            SSL_R_TLSV1_ALERT_ACCESS_DENIED:
            self = .certificateRefused
        default: self = .other
        }
    }

    /// What to do about it.
    var remedy: String {
        switch self {
        case .expired: "Renew the broker's certificate; if it is in date, set this machine's clock"
        case .notYetValid: "Set the clock of this machine: the broker's certificate is not valid yet"
        case .unknownAuthority: "Set [rabbitmq.tls] ca to the authority that signed the broker's certificate"
        case .wrongName: "Use a name of the certificate in [rabbitmq] endpoints, or set [rabbitmq.tls] server_name to one"
        case .protocolVersion: "Allow TLS 1.2 or 1.3 in the broker's ssl_options.versions: Warren takes nothing older"
        case .plainPort: "The port does not speak TLS: use amqp://, or the port of the broker's TLS listener (5671)"
        case .certificateWanted: "Set [rabbitmq.tls] certificate and key: the broker wants to see one"
        case .certificateRefused:
            "The broker does not accept the certificate in [rabbitmq.tls]; use one by an authority that it trusts, in date"
        case .files: "Check the files named in [rabbitmq.tls], and that the service's user may read them"
        case .other: "Check [rabbitmq.tls], the certificates' dates and names, and that the endpoint's port expects TLS"
        }
    }
}
