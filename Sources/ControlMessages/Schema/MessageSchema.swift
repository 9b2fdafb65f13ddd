/// An object in JSON: what it is called in the OpenAPI description, what it is, and its members.
package struct MessageSchema: Sendable, Equatable {
    /// A member of an object.
    package struct Member: Sendable, Equatable {
        /// Its name in JSON.
        package let name: String
        package let schema: Schema
        /// What it means, in a sentence or two.
        package let meaning: String
        /// Whether it may be left out. It is never null.
        package let isOptional: Bool
        /// The level that a peer needs to set it, in a request, to anything but false; `nil` if the level of the request is enough.
        package let level: AccessLevel?

        package init(_ name: String, _ schema: Schema, _ meaning: String, isOptional: Bool = false, level: AccessLevel? = nil) {
            self.name = name
            self.schema = schema
            self.meaning = meaning
            self.isOptional = isOptional
            self.level = level
        }

        /// One that may be left out.
        package static func optional(_ name: String, _ schema: Schema, _ meaning: String, level: AccessLevel? = nil) -> Member {
            Member(name, schema, meaning, isOptional: true, level: level)
        }
    }

    /// Its name under `#/components/schemas`.
    package let name: String
    package let meaning: String
    package let members: [Member]
    /// Whether it comes in a request: then it may contain its members only. A later version may add members to answers.
    package let isRequest: Bool
    /// What JSON Schema says of the members together, such as that one of two is needed.
    package let rules: [JSONValue.Member]

    package init(_ name: String, _ meaning: String, isRequest: Bool = false, rules: [JSONValue.Member] = [], _ members: [Member]) {
        self.name = name
        self.meaning = meaning
        self.isRequest = isRequest
        self.rules = rules
        self.members = members
    }

    /// Those that it refers to, and those that they refer to; without itself.
    package var references: [MessageSchema] { members.flatMap { $0.schema.references } }
}

extension Schema {
    /// Messages inside of it.
    package var references: [MessageSchema] {
        switch self {
        case .list(let element): element.references
        case .message(let message): [message] + message.references
        default: []
        }
    }
}
