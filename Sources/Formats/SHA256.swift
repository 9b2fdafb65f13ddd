internal import CDigest

/// SHA-256 (FIPS 180-4), for keys that are too long or hold what a key cannot hold, and for the names of dead letters that have none. Nothing secret
/// depends on it.
///
/// OpenSSL's, which is linked for TLS anyway.
package enum SHA256 {
    /// The digest of `message` as 64 hexadecimal digits.
    package static func hexadecimal(_ message: [UInt8]) -> String { hexadecimal(of: [message[...]]) }

    /// The digest of the parts, one behind the other, as 64 hexadecimal digits. Nothing of them is copied.
    package static func hexadecimal(of parts: [ArraySlice<UInt8>]) -> String {
        var state = SHA256_CTX()
        unsafe cdigest_begin(&state)
        for part in parts { unsafe part.withUnsafeBytes { unsafe cdigest_add(&state, $0.baseAddress, $0.count) } }
        var digest = [UInt8](repeating: 0, count: 32)
        unsafe cdigest_end(&state, &digest)
        return digest.hexadecimal
    }
}
