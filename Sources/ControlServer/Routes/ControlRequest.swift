/// A request that has found its route, with parameters that the route takes.
public struct ControlRequest: Sendable {
    /// The names in the path, decoded.
    public let parameters: [String: String]
    /// What follows the question mark, decoded.
    public let query: [String: String]
    /// The body, at most as long as the route allows.
    public let body: [UInt8]
    /// Who asks.
    public let peer: Peer

    /// The value of a name that stands in the route's path.
    public subscript(_ parameter: String) -> String { parameters[parameter] ?? "" }

    /// The body as a message; an absent one is an empty object. Throws `bad_request`, saying what is wrong and where, and `not_permitted` for a member
    /// that the peer may not set.
    func message<Message: RequestMessage>(_ type: Message.Type) throws(ControlError) -> Message {
        try Message(body.isEmpty ? [:] : Message.schema.read(body, from: peer))
    }
}

/// A message that comes as the body of a request.
protocol RequestMessage {
    /// What may stand in it.
    static var schema: MessageSchema { get }
    /// From an object that the schema takes. Throws `bad_request` if its members do not go together.
    init(_ body: JSONValue) throws(ControlError)
}

extension JSONValue {
    /// A member that is text.
    func text(_ name: String) -> String? { if case .string(let text) = self[name] { text } else { nil } }
    /// A member that is a whole number.
    func whole<Value: FixedWidthInteger>(_ name: String) -> Value? {
        if case .number(let digits) = self[name] { Value(digits) } else { nil }
    }
    /// A member that is true or false.
    func flag(_ name: String) -> Bool? { if case .boolean(let value) = self[name] { value } else { nil } }
}
