internal import Glibc

/// Finds the addresses of a host name. It is a value, so that a test can define the addresses of a name.
struct Resolver: Sendable {
    /// How many addresses are tried, so that a login ends in bounded time.
    static let mostAddresses = 16

    /// Numeric addresses; empty if the name is unknown. May block.
    let addresses: @Sendable (String) -> [String]

    /// As the system does: hosts file, then DNS.
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

    /// The addresses to connect to, in random order, so that instances spread over the addresses of a name. `nil` stands for the name itself.
    ///
    /// Over TLS the name itself comes last. A connection to an address sends no server name (SNI), which a proxy may need.
    func targets(of name: String, usesTLS: Bool) -> [String?] {
        let found = addresses(name).prefix(Self.mostAddresses)
        return found.count > 1 ? found.shuffled().map { $0 } + (usesTLS ? [nil] : []) : [nil]
    }
}
