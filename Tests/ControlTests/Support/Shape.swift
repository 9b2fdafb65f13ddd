import Synchronization

@testable import ControlMessages

/// What a message looks like in JSON, as text: its members by name, each with its type and a question mark if it may be absent.
enum Shape {
    /// Of a schema.
    static func text(_ schema: MessageSchema) -> String {
        braced(schema.members.map { "\($0.name)\($0.isOptional ? "?" : ""): \(text($0.schema))" })
    }

    /// Of a type, found out by letting it read itself from a decoder that notes what it is asked for.
    static func text(_ type: any Decodable.Type) -> String {
        let decoder = Recorder()
        // A type that cannot be made of placeholders has shown its members before that.
        _ = try? type.init(from: decoder)
        return braced(decoder.members.list.withLock { $0 })
    }

    private static func text(_ schema: Schema) -> String {
        switch schema {
        case .boolean: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .text, .name, .choice, .base64: "text"
        case .time: "time"
        case .list(let element): "[\(text(element))]"
        case .message(let message): text(message)
        }
    }

    private static func braced(_ members: [String]) -> String { "{\(members.sorted().joined(separator: ", "))}" }

    fileprivate static func name(_ type: any Decodable.Type) -> String {
        switch type {
        case is Bool.Type: "boolean"
        case is Double.Type: "number"
        case is any FixedWidthInteger.Type: "integer"
        case is String.Type: "text"
        case is Timestamp.Type: "time"
        case let list as any Listing.Type: "[\(name(list.element))]"
        case is any RawRepresentable<String>.Type: "text"
        default: text(type)
        }
    }
}

private protocol Listing {
    static var element: any Decodable.Type { get }
}

extension Array: Listing where Element: Decodable {
    fileprivate static var element: any Decodable.Type { Element.self }
}

private struct Recorder: Decoder {
    final class Members: Sendable {
        let list = Mutex<[String]>([])
    }

    let members = Members()
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    struct NoSuchThing: Error {}

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Container<Key>(members: members))
    }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw NoSuchThing() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw NoSuchThing() }

    struct Container<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let members: Members
        var codingPath: [any CodingKey] { [] }
        var allKeys: [Key] { [] }

        func contains(_ key: Key) -> Bool { true }
        func decodeNil(forKey key: Key) -> Bool { true }

        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            note(key, type, isOptional: false)
            return try placeholder(type)
        }

        func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) -> T? {
            note(key, type, isOptional: true)
            return nil
        }

        private func note(_ key: Key, _ type: any Decodable.Type, isOptional: Bool) {
            var name = ""
            for character in key.stringValue { name += character.isUppercase ? "_\(character.lowercased())" : String(character) }
            members.list.withLock { $0.append("\(name)\(isOptional ? "?" : ""): \(Shape.name(type))") }
        }

        /// Any value of the type: only that there is one matters, for the next member to be asked for.
        private func placeholder<T: Decodable>(_ type: T.Type) throws -> T {
            let value: Any? =
                switch type {
                case is Bool.Type: false
                case is Double.Type: 0.0
                case is String.Type: ""
                case is Timestamp.Type: Timestamp.now
                case let type as any FixedWidthInteger.Type: type.init(0)
                case let type as any EmptyList.Type: type.none
                case let type as any (RawRepresentable<String> & CaseIterable).Type: Self.first(type)
                default: try T(from: Recorder())
                }
            guard let value = value as? T else { throw NoSuchThing() }
            return value
        }

        private static func first<Choice: CaseIterable>(_ type: Choice.Type) -> Any? { type.allCases.first }

        func decodeIfPresent(_ type: Bool.Type, forKey key: Key) -> Bool? { noted(type, key) }
        func decodeIfPresent(_ type: String.Type, forKey key: Key) -> String? { noted(type, key) }
        func decodeIfPresent(_ type: Double.Type, forKey key: Key) -> Double? { noted(type, key) }
        func decodeIfPresent(_ type: Int.Type, forKey key: Key) -> Int? { noted(type, key) }
        func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) -> UInt32? { noted(type, key) }
        func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) -> UInt64? { noted(type, key) }

        private func noted<T: Decodable>(_ type: T.Type, _ key: Key) -> T? {
            note(key, type, isOptional: true)
            return nil
        }

        func nestedContainer<NestedKey: CodingKey>(
            keyedBy type: NestedKey.Type, forKey key: Key
        ) throws -> KeyedDecodingContainer<NestedKey> { throw NoSuchThing() }
        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw NoSuchThing() }
        func superDecoder() throws -> any Decoder { throw NoSuchThing() }
        func superDecoder(forKey key: Key) throws -> any Decoder { throw NoSuchThing() }
    }
}

private protocol EmptyList {
    static var none: Self { get }
}

extension Array: EmptyList {
    fileprivate static var none: [Element] { [] }
}
