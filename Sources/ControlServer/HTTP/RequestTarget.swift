internal import ControlMessages
internal import Formats

/// What a request asks for, in one of the four forms of RFC 9112 section 3.2.
struct RequestTarget: Sendable, Equatable {
    /// The resource.
    enum Resource: Sendable, Equatable {
        /// A path, with what follows a question mark.
        case path(String)
        /// `*`: the server as a whole.
        case server
        /// What `CONNECT` names.
        case tunnel
    }

    /// The resource.
    let resource: Resource
    /// The host that the target names; `nil` if it leaves that to `Host`.
    let authority: Authority?

    /// Reads the target of a request with this method. Throws `bad_request` if it is none, `misdirected` for a scheme that is not served here.
    init(_ text: String, method: String) throws(ControlError) {
        if method == "CONNECT" {
            guard let authority = Authority(text), text.utf8.last.map(\.isDigit) == true, text.contains(":") else {
                throw .badRequest("CONNECT takes a host and a port as its target, such as example.com:443")
            }
            (resource, self.authority) = (.tunnel, authority)
        } else if text == "*" {
            guard method == "OPTIONS" else { throw .badRequest("the target * needs the method OPTIONS") }
            (resource, authority) = (.server, nil)
        } else if text.hasPrefix("/") {
            (resource, authority) = (.path(text), nil)
            try Self.check(text)
        } else {
            let (authority, path) = try Self.absolute(text)
            try Self.check(path)
            // RFC 9112 section 3.2.4: without a path OPTIONS means the server.
            resource = path == "" && method == "OPTIONS" ? .server : .path(path.hasPrefix("/") ? path : "/" + path)
            self.authority = authority
        }
    }

    /// The parts of `http://host/path`; the path may be empty, or begin with a question mark.
    private static func absolute(_ text: String) throws(ControlError) -> (Authority, String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasPrefix("//") else {
            throw .badRequest("the target must begin with a slash, such as /v1/status")
        }
        switch parts[0].lowercased() {
        case "http": break
        case "https": throw ControlError(.misdirected, "Warren does not speak https here; use http")
        default: throw .badRequest("the target has a scheme other than http")
        }
        let rest = parts[1].dropFirst(2)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        guard let authority = Authority(rest[..<end]) else { throw .badRequest("the target does not name a valid host") }
        return (authority, String(rest[end...]))
    }

    /// `absolute-path [ "?" query ]`; what is not allowed there must be escaped (RFC 3986 sections 3.3 and 3.4). A fragment is never sent.
    private static func check(_ path: String) throws(ControlError) {
        guard path.utf8.isEscapedText({ $0.isUnreserved || $0.isSubDelimiter || ":@/?".utf8.contains($0) }) else {
            throw .badRequest("the target has characters that a URI must percent-encode, such as %20 for a space")
        }
    }
}
