import CRabbitMQ
import Testing

@testable import Broker

@Suite("Why a TLS handshake failed") struct TLSFaultTests {
    @Test(
        "OpenSSL's verdict on the broker's certificate leads to a cause",
        arguments: [
            (X509_V_ERR_CERT_HAS_EXPIRED, TLSFault.expired), (X509_V_ERR_CERT_NOT_YET_VALID, .notYetValid),
            (X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, .unknownAuthority), (X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, .unknownAuthority),
            (X509_V_ERR_HOSTNAME_MISMATCH, .wrongName), (X509_V_ERR_IP_ADDRESS_MISMATCH, .wrongName),
            (X509_V_ERR_CERT_REVOKED, .other),
        ])
    func verdicts(verdict: Int32, fault: TLSFault) {
        #expect(TLSFault(verdict: Int(verdict)) == fault)
    }

    @Test("No verdict is no fault") func accepted() { #expect(TLSFault(verdict: Int(X509_V_OK)) == nil) }

    @Test(
        "Its last complaint about a handshake leads to a cause",
        arguments: [
            (SSL_R_WRONG_VERSION_NUMBER, TLSFault.plainPort), (SSL_R_UNSUPPORTED_PROTOCOL, .protocolVersion),
            (SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, .protocolVersion), (SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, .certificateWanted),
            (SSL_R_TLSV1_ALERT_UNKNOWN_CA, .certificateRefused), (SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, .certificateRefused), (0, .other),
        ])
    func complaints(complaint: Int32, fault: TLSFault) {
        #expect(TLSFault(complaint: complaint) == fault)
    }
}
