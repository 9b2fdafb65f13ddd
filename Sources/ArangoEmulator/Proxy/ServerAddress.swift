/// Where a server listens, and who asks: `http://[user[:password]@]host[:port]`.
public struct ServerAddress: Sendable, Equatable {
    /// Name or address; an IPv6 address without brackets.
    public var host: String
    /// 8529 if the URL names none.
    public var port: Int
    /// `root` if the URL names nobody.
    public var username: String
    /// Empty if the URL has none.
    public var password: String

    /// Throws ``AddressError`` for anything else, `https` included: nothing here speaks TLS.
    public init(_ url: String) throws(AddressError) {
        guard let scheme = url.firstRange(of: "://") else { throw AddressError(problem: "it has no scheme") }
        guard url[..<scheme.lowerBound] == "http" else { throw AddressError(problem: "its scheme is not http") }
        var authority = url[scheme.upperBound...]
        if let path = authority.firstIndex(of: "/") {
            guard authority[path...] == "/" else { throw AddressError(problem: "it has a path") }
            authority = authority[..<path]
        }
        (username, password) = ("root", "")
        if let at = authority.lastIndex(of: "@") {
            let parts = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            username = percentDecoded(parts[0], plusIsSpace: false)
            if parts.count > 1 { password = percentDecoded(parts[1], plusIsSpace: false) }
            authority = authority[authority.index(after: at)...]
        }
        port = 8529
        // The colons of an IPv6 address are inside its brackets.
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else {
                throw AddressError(problem: "its port is no number from 1 to 65535")
            }
            port = Int(number)
            authority = authority[..<colon]
        }
        host = String(authority.filter { !"[]".contains($0) })
        guard !host.isEmpty else { throw AddressError(problem: "it names no host") }
    }

    /// Where it listens, without who asks.
    public var url: String { "http://\(bracketedHost):\(port)" }

    /// The value of the header `Host`.
    var authority: String { "\(bracketedHost):\(port)" }

    /// The value of the header `Authorization`.
    var authorization: String { "Basic " + Base64.encode(Array("\(username):\(password)".utf8)) }

    private var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }
}

/// Why a URL names no server that can be reached from here. It does not repeat the URL, which may hold a password.
public struct AddressError: Error, Equatable, CustomStringConvertible {
    let problem: String

    /// For the person at the terminal.
    public var description: String {
        "the server's URL is not understood: \(problem). Expected http://[user[:password]@]host[:port]; for a server with TLS start something "
            + "in between that speaks it, such as socat or stunnel."
    }
}
