/// One coordinator, or the reverse proxy in front of it, as `[arangodb] endpoints` names it.
struct Endpoint: Equatable {
    /// True for `https`.
    let usesTLS: Bool
    /// Name or address; an IPv6 address without its brackets.
    let host: String
    /// Unless the text says otherwise: 8529, where ArangoDB listens for both schemes (ArangoDB.md section 1). With a path it is a web server that
    /// answers, so it is the scheme's own, 80 or 443.
    let port: UInt16
    /// The prefix by which a reverse proxy recognises ArangoDB's paths, `/arango`; empty without one.
    let prefix: String

    /// Reads `http://host:port/path`. What may be a password is never repeated in the error.
    init(_ text: String) throws(EndpointFault) {
        let lowercase = text.lowercased()
        let rest: Substring
        if lowercase.hasPrefix("https://") {
            (usesTLS, rest) = (true, text.dropFirst(8))
        } else if lowercase.hasPrefix("http://") {
            (usesTLS, rest) = (false, text.dropFirst(7))
        } else {
            throw EndpointFault("must start with http:// or https://")
        }
        guard !rest.contains("@") else {
            throw EndpointFault("must not hold a user name or password: they have keys of their own")
        }
        guard !rest.contains(where: { "?#".contains($0) }) else { throw EndpointFault("must not have a query or a fragment") }
        let authority = rest.prefix { $0 != "/" }
        let path = rest[authority.endIndex...]
        prefix = String(path.prefix(path.count - path.reversed().prefix { $0 == "/" }.count))
        guard prefix.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { throw EndpointFault("has a path that is not percent-encoded") }
        guard authority.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
            throw EndpointFault("must not hold white space or control characters")
        }
        let portText: Substring
        if authority.first == "[" {
            guard let bracket = authority.firstIndex(of: "]") else { throw EndpointFault("the bracket of the IPv6 address is not closed") }
            host = String(authority[authority.index(after: authority.startIndex)..<bracket])
            portText = authority[authority.index(after: bracket)...]
        } else {
            let colon = authority.firstIndex(of: ":") ?? authority.endIndex
            host = String(authority[..<colon])
            portText = authority[colon...]
        }
        guard !host.isEmpty else { throw EndpointFault("has no host") }
        if portText.isEmpty {
            port = prefix.isEmpty ? 8529 : usesTLS ? 443 : 80
        } else {
            guard portText.first == ":", let number = UInt16(portText.dropFirst()), number > 0 else {
                throw EndpointFault("the port is not a number from 1 to 65535; an IPv6 address needs brackets")
            }
            port = number
        }
    }

    /// For messages: `http://[::1]:8529`, `https://web:443/arango`.
    var name: String { url(host: host) }

    /// The start of the URL that requests use. With a `serverName` the URL bears that name, so that SNI and the certificate check use it;
    /// ``connectTo(serverName:)`` leads the connection to the real host.
    func base(serverName: String?) -> String { url(host: usesTLS ? serverName ?? host : host) }

    /// What CURLOPT_CONNECT_TO is set to; nil where the URL's host is the real one.
    func connectTo(serverName: String?) -> String? {
        guard usesTLS, let serverName, serverName != host else { return nil }
        return "\(Self.bracketed(serverName)):\(port):\(Self.bracketed(host)):\(port)"
    }

    private func url(host: String) -> String { "\(usesTLS ? "https" : "http")://\(Self.bracketed(host)):\(port)\(prefix)" }

    private static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
}

/// What is wrong with an endpoint's text.
struct EndpointFault: Error, Equatable {
    let text: String
    init(_ text: String) { self.text = text }
}
