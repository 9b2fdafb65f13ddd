internal import CCurl
internal import Messages

extension Transfer.End {
    /// Why there is no answer; nil if there is one. One that was given up because it is too large counts as an answer if nothing was changed.
    func failure(_ request: Request, endpoint: String) -> RequestFailure? {
        guard code != CURLE_OK, !(isTooLarge && request.isReadOnly) else { return nil }
        guard wasSent else {
            let fault = Fault(message: "no connection to \(endpoint): \(detail)")
            return Self.certificateCodes.contains(code.rawValue) ? .configuration(fault) : .outage(fault)
        }
        if code == CURLE_BAD_CONTENT_ENCODING {
            let fault = Fault(
                message:
                    "the answer of \(endpoint) is encoded (Content-Encoding) though nothing asked for that, and cannot be read: look at the proxy in "
                    + "front of it. \(detail)")
            // What was written all the same is read back, which cannot be read either, until a probe finds it out for all requests.
            return request.isReadOnly ? .configuration(fault) : .unknown(fault)
        }
        // The server finishes a request whose client has gone (ArangoDB.md section 1): nothing is known but that it was sent.
        return .unknown(
            Fault(message: "no whole answer from \(endpoint): \(isTooLarge ? "it is larger than any that is expected" : detail)"))
    }

    /// Certificates, keys and authorities, ours and theirs. A retry does not mend them, an administrator does.
    private static let certificateCodes: Set<UInt32> = Set(
        [
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CLIENTCERT,
        ].map(\.rawValue))
}
