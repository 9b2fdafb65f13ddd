internal import Formats

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
        let shown = JSONString.shown(Self.redacted(text))
        self.shown = shown
        do throws(Fault) {
            guard let separator = text.firstRange(of: "://"), schemes.contains(text[..<separator.lowerBound].lowercased()) else {
                throw Fault("must start with \(schemes.map { "\($0)://" }.joined(separator: " or "))")
            }
            scheme = text[..<separator.lowerBound].lowercased()
            let rest = text[separator.upperBound...]
            guard !rest.holds("?"), !rest.holds("#") else {
                throw Fault(
                    "must have no parameters after ? or #: they are keys of their own here, and in a password those are written %3F and %23"
                )
            }
            let slash = rest.first("/")
            path = slash.map { String(rest.behind($0)) }
            guard path.map({ $0[...].holds("@") }) != true else {
                throw Fault("has a / before the @: in a user name or password it is written %2F")
            }

            let authority = rest[..<(slash ?? rest.endIndex)]
            let at = authority.last("@")
            (username, password) = try at.map { (at) throws(Fault) in try Self.credentials(authority[..<at]) } ?? (nil, nil)
            (host, port) = try Self.hostAndPort(at.map { authority.behind($0) } ?? authority)
        } catch {
            throw Mistake(value: shown, problem: error.problem)
        }
    }

    private struct Fault: Error {
        let problem: String
        init(_ problem: String) { self.problem = problem }
    }

    private static func credentials(_ text: Substring) throws(Fault) -> (String, String?) {
        let parts = text.first(":").map { [text[..<$0], text.behind($0)] } ?? [text]
        guard let username = parts[0].percentDecoded, let password = (parts.count > 1 ? parts[1] : "").percentDecoded else {
            throw Fault("has a % in its user name or password that is not followed by two hexadecimal digits (a % itself is written %25)")
        }
        guard !username.isEmpty else { throw Fault("has an empty user name before the @") }
        return (username, parts.count > 1 ? password : nil)
    }

    private static func hostAndPort(_ text: Substring) throws(Fault) -> (String, UInt16?) {
        let host: Substring
        let rest: Substring
        if text.utf8.first == UInt8(ascii: "[") {
            guard let end = text.first("]") else { throw Fault("has no ] after its IPv6 address") }
            host = text.behind(text.startIndex)[..<end]
            rest = text.behind(end)
            guard host.holds(":"), host.utf8.allSatisfy({ isInName($0) || ":%".utf8.contains($0) }) else {
                throw Fault("has no IPv6 address between [ and ]")
            }
        } else {
            host = text[..<(text.first(":") ?? text.endIndex)]
            rest = text[host.endIndex...]
            guard !host.isEmpty else { throw Fault("has no host") }
            guard host.utf8.allSatisfy(isInName) else {
                throw Fault("has a host with characters that no host name has (write an IPv6 address in [ ])")
            }
        }
        guard !rest.isEmpty else { return (String(host), nil) }
        guard rest.utf8.first == UInt8(ascii: ":"), let port = UInt16(rest.behind(rest.startIndex)), port > 0 else {
            throw Fault("has a port that is not a number from 1 to 65535 (write an IPv6 address in [ ])")
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
    static func redacted(_ text: String) -> String {
        guard let separator = text.firstRange(of: "://") else { return "…" }
        let scheme = text[..<separator.upperBound]
        var rest = text[separator.upperBound...]
        if rest.holds("?") || rest.holds("#") { return "\(scheme)…" }
        var user = ""
        if let at = rest.last("@") {
            user = "***@"
            rest = rest.behind(at)
        }
        // `amqp://guest:geheim`: the host was forgotten, and what looks like a port is the password.
        if rest.utf8.first != UInt8(ascii: "["), let colon = rest.first(":") {
            let behind = rest.behind(colon)
            let port = behind[..<(behind.first("/") ?? behind.endIndex)]
            if !port.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
                return "\(scheme)\(user)\(rest[..<colon]):…"
            }
        }
        return "\(scheme)\(user)\(rest)"
    }
}

/// By scalars: a separator followed by a combining mark is one Character, but still a separator.
extension Substring {
    fileprivate func first(_ scalar: Unicode.Scalar) -> Index? { unicodeScalars.firstIndex(of: scalar) }
    fileprivate func last(_ scalar: Unicode.Scalar) -> Index? { unicodeScalars.lastIndex(of: scalar) }
    fileprivate func holds(_ scalar: Unicode.Scalar) -> Bool { unicodeScalars.contains(scalar) }
    /// What follows the scalar at `index`.
    fileprivate func behind(_ index: Index) -> Substring { self[unicodeScalars.index(after: index)...] }
}
