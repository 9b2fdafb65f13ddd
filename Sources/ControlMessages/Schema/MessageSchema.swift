/// An object in JSON: what it is called in the OpenAPI description, what it is, and its members.
struct MessageSchema: Sendable, Equatable {
    /// A member of an object.
    struct Member: Sendable, Equatable {
        /// Its name in JSON.
        let name: String
        let schema: Schema
        /// What it means, in a sentence or two.
        let meaning: String
        /// Whether it may be left out. It is never null.
        let isOptional: Bool
        /// Who may set it, in a request, to anything but false; `nil`: whoever may send the request.
        let level: AccessLevel?

        init(_ name: String, _ schema: Schema, _ meaning: String, isOptional: Bool = false, level: AccessLevel? = nil) {
            self.name = name
            self.schema = schema
            self.meaning = meaning
            self.isOptional = isOptional
            self.level = level
        }

        /// One that may be left out.
        static func optional(_ name: String, _ schema: Schema, _ meaning: String, level: AccessLevel? = nil) -> Member {
            Member(name, schema, meaning, isOptional: true, level: level)
        }
    }

    /// Its name under `#/components/schemas`.
    let name: String
    let meaning: String
    let members: [Member]
    /// Whether it comes in a request: then nothing but its members may stand in it. Answers may have more in a later version.
    let isRequest: Bool
    /// What JSON Schema says of the members together, such as that one of two is needed.
    let rules: [JSONValue.Member]

    init(_ name: String, _ meaning: String, isRequest: Bool = false, rules: [JSONValue.Member] = [], _ members: [Member]) {
        self.name = name
        self.meaning = meaning
        self.isRequest = isRequest
        self.rules = rules
        self.members = members
    }

    /// Those that it refers to, and those that they refer to; without itself.
    var references: [MessageSchema] { members.flatMap { $0.schema.references } }
}

extension Schema {
    /// Messages inside of it.
    var references: [MessageSchema] {
        switch self {
        case .list(let element): element.references
        case .message(let message): [message] + message.references
        default: []
        }
    }
}

extension MessageSchema {
    /// Takes a request's body apart. Throws `bad_request`, with the name of what is unknown, missing or of another type and with what is known; and
    /// `not_permitted` for a member that the peer may not set.
    func read(_ bytes: [UInt8], from peer: Peer) throws(ControlError) -> JSONValue {
        let body: JSONValue
        do throws(JSONReader.Fault) { body = try JSONReader.read(bytes) } catch {
            throw .badRequest("the body is not valid JSON: \(error.reason) (at byte \(error.offset)). Nothing was done")
        }
        guard case .object(let given) = body else {
            throw .badRequest("the body must be an object, and is \(body.kind). Nothing was done")
        }
        for (name, value) in given.map({ ($0.name, $0.value) }) {
            guard let member = members.first(where: { $0.name == name }) else {
                throw .unknown([name], known: members.map(\.name), "body")
            }
            guard member.schema.takes(value) else { throw .badRequest("\(name) must be \(member.schema.demand)") }
            if let level = member.level, value != false { try peer.demand(level, for: "set \(name)") }
        }
        for member in members where !member.isOptional && body[member.name] == nil {
            throw .badRequest("the body lacks \"\(member.name)\"; it has \(listed)")
        }
        return body
    }

    /// Its members for people.
    private var listed: String { members.map { "\($0.name)\($0.isOptional ? " (optional)" : "")" }.joined(separator: ", ") }
}

extension ControlError {
    /// Names in a query or body that mean nothing there.
    static func unknown(_ names: [String], known: [String], _ place: String) -> ControlError {
        let unknown = names.map { "\"\($0)\"" }.joined(separator: ", ")
        let known = known.isEmpty ? "it takes none" : "known are \(known.sorted().joined(separator: ", "))"
        return .badRequest("the \(place) has names that mean nothing here: \(unknown); \(known)")
    }
}
