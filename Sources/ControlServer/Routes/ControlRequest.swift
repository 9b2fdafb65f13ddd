internal import ControlMessages

/// A request that has found its route, with parameters that the route takes.
package struct ControlRequest: Sendable {
    /// The names in the path, decoded.
    package let parameters: [String: String]
    /// What follows the question mark, decoded.
    package let query: [String: String]
    /// The body, at most as long as the route allows.
    package let body: [UInt8]
    /// The peer that asks.
    package let peer: Peer

    /// The value of a parameter in the route's path.
    package subscript(_ parameter: String) -> String { parameters[parameter] ?? "" }

    /// The body as a message; an absent one is an empty object. Throws `bad_request`, saying what is wrong and where, and `not_permitted` for a member
    /// that the peer may not set.
    func message<Message: RequestMessage>(_ type: Message.Type) throws(ControlError) -> Message {
        try Message(body.isEmpty ? [:] : Message.schema.read(body, from: peer))
    }
}

extension MessageSchema {
    /// Decodes a request's body. Throws `bad_request`, with the name of what is unknown, missing or of another type and with what is known; and
    /// `not_permitted` for a member that the peer may not set.
    fileprivate func read(_ bytes: [UInt8], from peer: Peer) throws(ControlError) -> JSONValue {
        let body: JSONValue
        do throws(JSONReader.Fault) { body = try JSONReader.read(bytes) } catch {
            throw .badRequest("the body is not valid JSON: \(error.reason) (at byte \(error.offset)). Nothing was done")
        }
        guard case .object(let given) = body else {
            throw .badRequest("the body must be an object, but is \(body.kind). Nothing was done")
        }
        for (name, value) in given.map({ ($0.name, $0.value) }) {
            guard let member = members.first(where: { $0.name == name }) else {
                throw .unknown([name], known: members.map(\.name), "body")
            }
            guard member.schema.takes(value) else { throw .badRequest("\(name) must be \(member.schema.demand)") }
            if let level = member.level, value != false { try peer.demand(level, for: "set \(name)") }
        }
        for member in members where !member.isOptional && body[member.name] == nil {
            throw .badRequest("the body lacks \"\(member.name)\"; its members are \(listed)")
        }
        return body
    }

    /// Its members for people.
    private var listed: String { members.map { "\($0.name)\($0.isOptional ? " (optional)" : "")" }.joined(separator: ", ") }
}

extension ControlError {
    /// The error for unknown names in a query or body.
    static func unknown(_ names: [String], known: [String], _ part: String) -> ControlError {
        let unknown = names.map { "\"\($0)\"" }.joined(separator: ", ")
        let known = known.isEmpty ? "it takes none" : "known are \(known.sorted().joined(separator: ", "))"
        return .badRequest("unknown names in the \(part): \(unknown); \(known)")
    }
}
