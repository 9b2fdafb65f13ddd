internal import CCurl

/// libcurl and the C libraries that it uses.
public enum WebLibraries {
    /// What runs, as libcurl reports it (curl_version(3)): `curl`, `nghttp2`, … by the names of Debian's source packages, with the version as
    /// upstream counts. OpenSSL and zlib are left out: the modules that call them directly ask them directly.
    public static var versions: [(name: String, version: String)] { versions(in: unsafe String(cString: curl_version())) }

    /// The text is words `name/version`; a word in brackets is what the library before it uses, which has a word of its own.
    static func versions(in text: String) -> [(name: String, version: String)] {
        text.split(separator: " ").compactMap { word in
            let parts = word.split(separator: "/", maxSplits: 1)
            guard parts.count == 2, !word.hasPrefix("("), parts[0] != "OpenSSL", parts[0] != "zlib" else { return nil }
            let name = String(parts[0])
            return (["libcurl": "curl", "zstd": "libzstd", "OpenLDAP": "openldap", "librtmp": "rtmpdump"][name] ?? name, String(parts[1]))
        }
    }
}
