internal import Glibc
internal import Settings

/// The certificates and keys that the settings name, compared by their contents: a file that was renewed in place is a change.
struct CertificateFiles: Equatable {
    /// By key, `rabbitmq.tls.ca`: a fingerprint of the contents; `nil` for a file that cannot be read.
    private let contents: [String: UInt64?]

    /// Reads the files.
    init(_ settings: Settings) {
        var contents: [String: UInt64?] = [:]
        for (section, tls) in [("rabbitmq", settings.rabbitmq.tls), ("arangodb", settings.arangodb.tls)] {
            for (key, path) in [("ca", tls.ca), ("certificate", tls.certificate), ("key", tls.key)] {
                if let path { contents["\(section).tls.\(key)"] = Self.fingerprint(path) }
            }
        }
        self.contents = contents
    }

    /// The keys whose files have other contents now. Keys that name another file, or none, are the settings' own change.
    func changes(to new: CertificateFiles) -> [String] {
        contents.keys.sorted().filter { key in
            guard let later = new.contents[key], let earlier = contents[key] else { return false }
            return later != earlier
        }
    }

    /// FNV-1a; `nil` if the file cannot be read.
    private static func fingerprint(_ path: String) -> UInt64? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var bytes = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe read(descriptor, &bytes, bytes.count)
            guard count > 0 else { return count == 0 ? hash : nil }
            for byte in bytes.prefix(count) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
    }
}
