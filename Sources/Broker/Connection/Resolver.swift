internal import Glibc

/// Finds the addresses of a host name. A value, so that a test can say what a name stands for.
struct Resolver: Sendable {
    /// More are not tried: a login is not to last for ever.
    static let mostAddresses = 16

    /// Numeric addresses; empty if the name is unknown. May block.
    let addresses: @Sendable (String) -> [String]

    /// As the system does it: hosts file, then DNS.
    static let system = Resolver { name in
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(name, nil, &hints, &first) == 0 else { return [] }
        defer { unsafe freeaddrinfo(first) }
        var addresses: [String] = []
        var next = unsafe first
        while let entry = unsafe next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let code = unsafe getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if code == 0, !addresses.contains(address) { addresses.append(address) }
            unsafe next = entry.pointee.ai_next
        }
        return addresses
    }

    /// What to connect to, in any order, so that many instances spread over the addresses of one name. nil: the name itself.
    ///
    /// Over TLS the name itself is the last resort: connecting to an address tells the server no name, which one between us may want to know.
    func targets(of name: String, usesTLS: Bool) -> [String?] {
        let found = addresses(name).prefix(Self.mostAddresses)
        return found.count > 1 ? found.shuffled().map { $0 } + (usesTLS ? [nil] : []) : [nil]
    }
}
