internal import ControlMessages

/// A request's first line and its header fields, checked (RFC 9112 sections 2 to 6).
struct RequestHead: Sendable, Equatable {
    /// How the length of the content is known (RFC 9112 section 6).
    enum Framing: Sendable, Equatable {
        /// Neither `Content-Length` nor `Transfer-Encoding`: there is no content.
        case none
        /// So many bytes.
        case length(Int)
        /// In chunks, as HTTP/1.1 has them.
        case chunked
    }

    /// As it was sent: methods are case-sensitive.
    let method: String
    /// The target.
    let target: RequestTarget
    /// The client speaks 1.0, and understands neither chunks nor `100 Continue`.
    let isHTTP10: Bool
    /// All fields.
    let fields: HeaderFields
    /// How the length of the content is known.
    let framing: Framing
    /// The host that is asked, from the target or else from `Host`; `nil` for HTTP/1.0 without one.
    let authority: Authority?

    /// Another request may follow on the connection (RFC 9112 section 9.3).
    var keepsAlive: Bool {
        let options = fields.list("connection")
        guard !options.contains("close") else { return false }
        return !isHTTP10 || options.contains("keep-alive")
    }

    /// The client waits for `100 Continue` before it sends the content. HTTP/1.0 has no such thing (RFC 9110 section 10.1.1).
    var expectsContinue: Bool { !isHTTP10 && framing != .none && framing != .length(0) && fields.list("expect") == ["100-continue"] }
}

/// The header fields of a request, in their order.
struct HeaderFields: Sendable, Equatable {
    private var fields: [(name: String, value: String)] = []

    /// Adds a field; `name` is in lower case.
    mutating func append(_ name: String, _ value: String) { fields.append((name, value)) }

    /// How many there are.
    var count: Int { fields.count }

    /// The values of all fields with a name, which is in lower case.
    subscript(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// The elements of a field that is a list, in lower case (RFC 9110 section 5.6.1). Empty elements are among them.
    func list(_ name: String) -> [String] {
        self[name].flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.map { $0.trimmed.lowercased() }
    }

    /// By name and value.
    static func == (left: Self, right: Self) -> Bool {
        left.fields.elementsEqual(right.fields) { $0.name == $1.name && $0.value == $1.value }
    }
}

extension StringProtocol {
    /// Without spaces and tabs around it: the optional whitespace of RFC 9110 section 5.6.3.
    var trimmed: String {
        let blank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        let bytes = Array(utf8).drop(while: blank)
        let end = bytes.lastIndex { !blank($0) }
        return String(decoding: bytes[..<(end.map { $0 + 1 } ?? bytes.startIndex)], as: UTF8.self)
    }
}
