/// `[processor.emit]`: a message to an exchange, once the processor's own message is written.
public struct EmitSettings: Sendable, Equatable {
    /// What the onward message holds.
    public enum Body: String, Sendable, CaseIterable {
        /// The document as it was sent to ArangoDB.
        case document
        /// What was done: operation, collection, key, version, outcome, revision.
        case event
        /// The message as it came, with its headers.
        case original
    }

    /// The exchange published to, which must be there. 1…255 bytes.
    @Exact public var exchange: String
    /// Its routing key, with placeholders filled from the message.
    public var routingKey: RoutingKeyTemplate
    /// What the onward message holds.
    public var body = Body.document
    /// Whether messages that were overtaken by a newer one are published too.
    public var stale = false

    /// Onward messages with the required keys; everything else at its default.
    public init(exchange: String, routingKey: RoutingKeyTemplate) {
        self.exchange = exchange
        self.routingKey = routingKey
    }
}

/// A routing key with placeholders, such as `company.synced.{/country}`. `{{` and `}}` are single braces.
public struct RoutingKeyTemplate: Sendable, Equatable, CustomStringConvertible {
    /// A piece of the key.
    public enum Part: Sendable, Equatable {
        /// Text as it is.
        case text(Exact<String>)
        /// The value that the message has here.
        case value(JSONPointer)
    }

    /// Why a text is no template.
    public enum Fault: Error, Equatable {
        /// A `{` without its `}`, or the other way round.
        case loneBrace
        /// The text between braces is no JSON Pointer into the message, and no attribute of an event.
        case notAPointer(String)
    }

    /// The pieces in order.
    public let parts: [Part]

    /// Parses `text`. A pointer between braces ends at the first `}`, so a name with that character cannot be used.
    public init(_ text: String) throws(Fault) {
        var parts: [Part] = []
        // By scalars: a brace followed by a combining mark is one Character, but still a brace.
        var literal = String.UnicodeScalarView()
        func flush() {
            if !literal.isEmpty { parts.append(.text(Exact(String(literal)))) }
            literal = String.UnicodeScalarView()
        }
        var rest = text.unicodeScalars[...]
        while let character = rest.popFirst() {
            switch character {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                rest.removeFirst()
                literal.append(character)
            case "{":
                guard let end = rest.firstIndex(of: "}") else { throw .loneBrace }
                let name = String(rest[..<end])
                guard let pointer = JSONPointer(name) ?? JSONPointer(attribute: name), !pointer.isWhole else { throw .notAPointer(name) }
                flush()
                parts.append(.value(pointer))
                rest = rest[rest.index(after: end)...]
            case "}": throw .loneBrace
            default: literal.append(character)
            }
        }
        flush()
        self.parts = parts
    }

    /// The pointers of the placeholders, in order.
    public var pointers: [JSONPointer] {
        parts.compactMap { if case .value(let pointer) = $0 { pointer } else { nil } }
    }

    /// As it is written.
    public var description: String {
        parts.map { part in
            switch part {
            case .text(let text): Self.escaped(text.wrappedValue)
            case .value(let pointer): "{\(pointer)}"
            }
        }.joined()
    }

    private static func escaped(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { escaped.append(contentsOf: scalar == "{" || scalar == "}" ? [scalar, scalar] : [scalar]) }
        return String(escaped)
    }
}

extension Settings {
    /// The exchanges that onward messages go to, each once, in the order of the processors.
    public var exchanges: [String] {
        var seen: Set<Exact<String>> = []
        return processors.compactMap(\.emit?.exchange).filter { seen.insert(Exact($0)).inserted }
    }
}
