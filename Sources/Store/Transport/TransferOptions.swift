internal import CCurl
internal import Settings

/// What is the same for every request of a store.
struct TransferOptions {
    let timeout: Duration
    let tls: TLSSettings

    /// Dialling gets less than the whole time, so that there is some left for another coordinator.
    var connectTimeout: Duration { min(timeout, .seconds(5)) }

    func apply(to handle: EasyHandle) throws(StoreError) {
        handle.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        try handle.trySet(CURLOPT_PROTOCOLS_STR, "http,https")
        handle.set(CURLOPT_FOLLOWLOCATION, false)
        // Nothing is to be encoded; what comes encoded all the same, from a gateway, is decoded by libcurl, and counts decoded against the limit.
        handle.set(CURLOPT_ACCEPT_ENCODING, "identity")
        // Not through what http_proxy says in the environment: a daemon goes where its configuration says.
        handle.set(CURLOPT_PROXY, "")
        handle.set(CURLOPT_NOSIGNAL, true)
        handle.set(CURLOPT_TCP_NODELAY, true)
        handle.set(CURLOPT_TCP_KEEPALIVE, true)
        handle.set(CURLOPT_TIMEOUT_MS, timeout.milliseconds)
        handle.set(CURLOPT_CONNECTTIMEOUT_MS, connectTimeout.milliseconds)
        // ArangoDB closes connections after 300 s of idleness (ArangoDB.md section 1): one that old is not trusted with a write.
        handle.set(CURLOPT_MAXAGE_CONN, 120)
        // The resolver runs on a thread of libcurl's; without this a request that times out would make us wait for it.
        handle.set(CURLOPT_QUICK_EXIT, true)
        // A name may resolve to several coordinators: instances spread over them, and the next one is tried if one cannot be reached.
        handle.set(CURLOPT_DNS_SHUFFLE_ADDRESSES, true)
        handle.set(CURLOPT_SSL_VERIFYPEER, tls.verify)
        // Tells whether the certificate has names; of a connection that is kept nothing is asked again.
        handle.set(CURLOPT_CERTINFO, tls.verify)
        handle.set(CURLOPT_SSL_VERIFYHOST, tls.verify ? 2 : 0)
        handle.set(CURLOPT_SSLVERSION, tls.minVersion.number)
        // Of TLS 1.2. Level 2 leaves no cipher of TLS 1.3 out, and the level holds for both.
        try handle.trySet(CURLOPT_SSL_CIPHER_LIST, "DEFAULT:@SECLEVEL=\(TLSSettings.securityLevel)")
        if let ca = tls.ca {
            try handle.trySet(CURLOPT_CAINFO, ca)
            try handle.trySet(CURLOPT_CAPATH, nil)
        }
        if let certificate = tls.certificate { try handle.trySet(CURLOPT_SSLCERT, certificate) }
        if let key = tls.key { try handle.trySet(CURLOPT_SSLKEY, key) }
    }
}

extension TLSSettings.Version {
    /// As libcurl counts it.
    fileprivate var number: Int {
        switch self {
        case .tls12: Int(CURL_SSLVERSION_TLSv1_2)
        case .tls13: Int(CURL_SSLVERSION_TLSv1_3)
        }
    }
}

extension Duration {
    /// Whole milliseconds, at least 1: to libcurl 0 means for ever.
    var milliseconds: Int { max(1, Int((self / .milliseconds(1)).rounded(.up))) }
}
