/// What may be asked of a path.
package enum RequestMethod: String, Sendable {
    case get = "GET"
    case put = "PUT"
    case post = "POST"
}

/// How much a peer may do. Each level includes those before it.
package enum AccessLevel: Int, Sendable, Comparable, CaseIterable, CustomStringConvertible {
    /// Look: everyone with access to the socket.
    case observe
    /// Pause, resume, drain, replay: members of `[control] group`.
    case operate
    /// Reload, stop, drop: root and the user that the service runs as.
    case administer

    /// Less before more.
    package static func < (left: AccessLevel, right: AccessLevel) -> Bool { left.rawValue < right.rawValue }

    /// As in "may not …".
    package var description: String {
        switch self {
        case .observe: "observe"
        case .operate: "operate"
        case .administer: "administer"
        }
    }
}

/// A message that comes as the body of a request.
package protocol RequestMessage {
    /// What it may contain.
    static var schema: MessageSchema { get }
    /// From an object that the schema takes. Throws `bad_request` if its members do not go together.
    init(_ body: JSONValue) throws(ControlError)
}

extension JSONValue {
    /// A member that is text.
    package func text(_ name: String) -> String? { if case .string(let text) = self[name] { text } else { nil } }
    /// A member that is a whole number.
    package func whole<Value: FixedWidthInteger>(_ name: String) -> Value? {
        if case .number(let digits) = self[name] { Value(digits) } else { nil }
    }
    /// A member that is true or false.
    package func flag(_ name: String) -> Bool? { if case .boolean(let value) = self[name] { value } else { nil } }
}
