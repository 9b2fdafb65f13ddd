internal import ControlMessages
internal import Formats

/// Puts a request's head together, line by line; strict, because what two programs read differently is how requests are smuggled (RFC 9112 section 11.2).
///
/// Lines come without their CRLF, and hold neither CR nor LF.
struct HeadParser {
    /// The fields of one message, at most.
    static let mostFields = 100

    private let method: String
    private let target: String
    private let isHTTP10: Bool
    private(set) var fields = HeaderFields()

    /// Begins with the request line (RFC 9112 section 3). Throws `bad_request`, or `version_not_supported` for a major version other than 1.
    init(requestLine line: ArraySlice<UInt8>) throws(ControlError) {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].isToken, !parts[1].isEmpty else {
            throw .badRequest("the request line must read METHOD TARGET HTTP/1.1, with one space between")
        }
        let version = Array(parts[2])
        let isVersion = version.count == 8 && version.starts(with: "HTTP/".utf8) && version[6] == UInt8(ascii: ".")
        guard isVersion, version[5].isDigit, version[7].isDigit else {
            throw .badRequest("the request line must end in the version of HTTP, such as HTTP/1.1")
        }
        guard version[5] == UInt8(ascii: "1") else {
            throw ControlError(.versionNotSupported, "Warren speaks only HTTP/1.1 and HTTP/1.0")
        }
        // A later minor version is understood as the latest that is known (RFC 9110 section 2.5).
        isHTTP10 = version[7] == UInt8(ascii: "0")
        // Bytes beyond ASCII are refused with the other characters that no target may have.
        (method, target) = (String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self))
    }

    /// Adds a field line (RFC 9112 section 5). Throws `bad_request`, or `headers_too_large` if there are too many.
    mutating func add(_ line: ArraySlice<UInt8>) throws(ControlError) {
        let (name, value) = try Self.field(line)
        guard fields.count < Self.mostFields else {
            throw ControlError(.headersTooLarge, "a request may have at most \(Self.mostFields) header fields")
        }
        fields.append(name, value)
    }

    /// A field's name in lower case, and its value without blanks around it.
    static func field(_ line: ArraySlice<UInt8>) throws(ControlError) -> (name: String, value: String) {
        if let first = line.first, first == 0x20 || first == 0x09 {
            throw .badRequest("a header field must not begin with a blank, nor continue on a second line")
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), line[..<colon].isToken else {
            throw .badRequest("a header field must read NAME: VALUE, without a blank before the colon")
        }
        let value = line[line.index(after: colon)...]
        guard value.allSatisfy(\.isFieldCharacter) else {
            throw .badRequest("the value of a header field must not have control characters")
        }
        return (String(decoding: line[..<colon], as: UTF8.self).lowercased(), String(decoding: value, as: UTF8.self).trimmed)
    }

    /// The whole head, after the empty line. Throws `bad_request`, `not_implemented` for a transfer coding, or what its target is refused with.
    func head() throws(ControlError) -> RequestHead {
        let framing = try framing()
        let target = try RequestTarget(self.target, method: method)
        return RequestHead(
            method: method, target: target, isHTTP10: isHTTP10, fields: fields, framing: framing, authority: try authority(target))
    }

    /// RFC 9112 section 6.3. Both ways of telling the length at once are refused, though 1.1 allows to guess.
    private func framing() throws(ControlError) -> RequestHead.Framing {
        let lengths = fields["content-length"]
        guard fields["transfer-encoding"].isEmpty else {
            guard lengths.isEmpty else { throw .badRequest("Transfer-Encoding and Content-Length exclude each other") }
            guard !isHTTP10 else { throw .badRequest("HTTP/1.0 has no Transfer-Encoding") }
            let codings = fields.list("transfer-encoding")
            if codings == ["chunked"] { return .chunked }
            guard !codings.contains(where: { !$0.utf8.isToken }), codings.dropLast().allSatisfy({ $0 != "chunked" }) else {
                throw .badRequest("Transfer-Encoding must be chunked, once")
            }
            throw ControlError(.notImplemented, "the only Transfer-Encoding that Warren knows is chunked")
        }
        guard let length = lengths.first else { return .none }
        guard lengths.count == 1, !length.isEmpty, length.utf8.allSatisfy(\.isDigit), let bytes = Int(length) else {
            throw .badRequest("Content-Length must be one whole number")
        }
        return .length(bytes)
    }

    /// RFC 9112 section 3.2, RFC 9110 section 7.2. A target that names a host overrides `Host`, but a client that sends both must mean the same host.
    private func authority(_ target: RequestTarget) throws(ControlError) -> Authority? {
        let hosts = fields["host"]
        guard hosts.count <= 1, isHTTP10 || hosts.count == 1 else {
            throw .badRequest(hosts.isEmpty ? "the Host header is missing" : "the request has more than one Host header")
        }
        guard let text = hosts.first else { return target.authority }
        guard let host = Authority(text) else { throw .badRequest("the Host header must be a host, with or without a port") }
        guard let named = target.authority else { return host }
        guard named == host else { throw .badRequest("the target and the Host header name different hosts") }
        return named
    }
}
