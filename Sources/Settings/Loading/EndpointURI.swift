/// The parts of an endpoint's URI (RFC 3986): `scheme://user:password@host:port/path`, user and password percent-decoded.
struct EndpointURI {
    /// In lower case.
    let scheme: String
    let username: String?
    let password: String?
    /// Without brackets.
    let host: String
    let port: UInt16?
    /// What follows the first slash after the authority, still encoded; nil without a slash.
    let path: String?
    /// The whole URI as an error may show it.
    let shown: String

    /// Takes the text apart; its scheme must be one of `schemes`. Mistakes never show what may be a password.
    init(_ value: ConfigurationValue, schemes: [String]) throws(Mistake) {
        guard case .string(let text) = value.content else { throw Mistake(value: nil, problem: "must be a URI in quotes") }
        let shown = JSONText.quoted(Self.redacted(text))
        self.shown = shown
        do throws(Fault) {
            guard let separator = text.firstRange(of: "://"), schemes.contains(text[..<separator.lowerBound].lowercased()) else {
                throw Fault("must start with \(schemes.map { "\($0)://" }.joined(separator: " or "))")
            }
            scheme = text[..<separator.lowerBound].lowercased()
            let rest = text[separator.upperBound...]
            guard !rest.contains("?"), !rest.contains("#") else {
                throw Fault(
                    "must have no parameters after ? or #: they are keys of their own here, and in a password those are written %3F and %23"
                )
            }
            let slash = rest.firstIndex(of: "/")
            path = slash.map { String(rest[rest.index(after: $0)...]) }
            guard path?.contains("@") != true else { throw Fault("has a / before the @: in a user name or password it is written %2F") }

            let authority = rest[..<(slash ?? rest.endIndex)]
            let at = authority.lastIndex(of: "@")
            (username, password) = try at.map { (at) throws(Fault) in try Self.credentials(authority[..<at]) } ?? (nil, nil)
            (host, port) = try Self.hostAndPort(at.map { authority[authority.index(after: $0)...] } ?? authority)
        } catch {
            throw Mistake(value: shown, problem: error.problem)
        }
    }

    private struct Fault: Error {
        let problem: String
        init(_ problem: String) { self.problem = problem }
    }

    private static func credentials(_ text: Substring) throws(Fault) -> (String, String?) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let username = percentDecoded(parts[0]), let password = percentDecoded(parts.count > 1 ? parts[1] : "") else {
            throw Fault("has a % in its user name or password that is not followed by two hexadecimal digits (a % itself is written %25)")
        }
        guard !username.isEmpty else { throw Fault("has an empty user name before the @") }
        return (username, parts.count > 1 ? password : nil)
    }

    private static func hostAndPort(_ text: Substring) throws(Fault) -> (String, UInt16?) {
        let host: Substring
        let rest: Substring
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { throw Fault("has no ] after its IPv6 address") }
            host = text[..<end].dropFirst()
            rest = text[end...].dropFirst()
            guard host.contains(":"), host.utf8.allSatisfy({ isInName($0) || ":%".utf8.contains($0) }) else {
                throw Fault("has no IPv6 address between [ and ]")
            }
        } else {
            host = text.prefix { $0 != ":" }
            rest = text[host.endIndex...]
            guard !host.isEmpty else { throw Fault("has no host") }
            guard host.utf8.allSatisfy(isInName) else {
                throw Fault("has a host with characters that no host name has (an IPv6 address stands in [ ])")
            }
        }
        guard !rest.isEmpty else { return (String(host), nil) }
        guard rest.first == ":", let port = UInt16(rest.dropFirst()), port > 0 else {
            throw Fault("has a port that is not a number from 1 to 65535 (an IPv6 address stands in [ ])")
        }
        return (String(host), port)
    }

    private static func isInName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._~".utf8.contains(byte)
        }
    }

    /// `text` for people: without user and password, and without anything that may be one because the URI is malformed.
    private static func redacted(_ text: String) -> String {
        guard let separator = text.firstRange(of: "://") else { return "…" }
        let scheme = text[..<separator.upperBound]
        var rest = text[separator.upperBound...]
        if rest.contains("?") || rest.contains("#") { return "\(scheme)…" }
        var user = ""
        if let at = rest.lastIndex(of: "@") {
            user = "***@"
            rest = rest[rest.index(after: at)...]
        }
        // `amqp://guest:geheim`: the host was forgotten, and what looks like a port is the password.
        if rest.first != "[", let colon = rest.firstIndex(of: ":") {
            let port = rest[rest.index(after: colon)...].prefix { $0 != "/" }
            if !port.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
                return "\(scheme)\(user)\(rest[...colon])…"
            }
        }
        return "\(scheme)\(user)\(rest)"
    }
}
