@testable import ArangoEmulator

/// Sends an example's requests one after the other, with the set-up before each and the names its steps bind.
struct Replay {
    let target: Target
    /// Results of set-up operations, by the name that templates such as `{{d0/_key}}` use.
    private var bindings: [String: JSONValue] = [:]

    init(target: Target) { self.target = target }

    /// Sets up what the exchange needs, sends its request, returns the answer.
    mutating func answer(to exchange: Exchange, extraSetup: [JSONObject]) async throws -> ReceivedAnswer {
        let setup = (exchange.replay["setup"]?.array ?? []).compactMap(\.object)
        for operation in extraSetup + setup { try await perform(operation) }
        let body: [UInt8] =
            switch exchange.replay["body"] ?? .null {
            case .null: []
            case .string(let text): Array(try resolved(text).utf8)
            case let value: try resolved(value).bytes
            }
        let headers = try exchange.replay["headers"]?.object?.members.map { ($0.name, try resolved($0.value.string ?? "")) } ?? []
        return try await target.client.send(
            exchange.replay["method"]?.string ?? "", try resolved(exchange.replay["path"]?.string ?? ""), headers: headers, body: body)
    }

    private mutating func perform(_ operation: JSONObject) async throws {
        let name = operation["name"]?.string ?? ""
        let collection = operation["collection"]?.string ?? ""
        switch operation["op"]?.string {
        case "dropCollection": _ = try await target.client.send("DELETE", "/_api/collection/\(name)")
        case "dropDatabase": _ = try await target.client.send("DELETE", "/_api/database/\(name)")
        case "createCollection":
            var body: JSONObject = ["name": .string(name), "type": operation["type"] ?? 2]
            body.members += operation["properties"]?.object?.members ?? []
            bind(operation["bind"], to: try await post("/_api/collection", .object(body)))
        case "createDatabase": _ = try await post("/_api/database", ["name": .string(name)])
        case "insert":
            let results = try await post("/_api/document/\(collection)", try resolved(operation["documents"] ?? [])).array ?? []
            for (name, result) in zip(operation["bind"]?.array ?? [], results) { bind(name, to: result) }
        case "remove":
            let answer = try await target.client.send(
                "DELETE", "/_api/document/\(collection)", body: try resolved(operation["keys"] ?? []).bytes)
            guard answer.headers["x-arango-error-codes"] == nil else { throw SetupFailed(operation: operation, answer: answer) }
        case "ensureIndex":
            bind(operation["bind"], to: try await post("/_api/index?collection=\(collection)", operation["index"] ?? [:]))
        // Ours, not the transcripts': what another example had left behind when this one was recorded.
        case "createToken": _ = try await post("/_api/token/root", operation["token"] ?? [:])
        default: throw SetupFailed(operation: operation, answer: nil)
        }
    }

    private func post(_ path: String, _ body: JSONValue) async throws -> JSONValue {
        let answer = try await target.client.send("POST", path, body: body.bytes)
        guard (200...202).contains(answer.status) else { throw SetupFailed(operation: ["post": .string(path)], answer: answer) }
        return try JSONParser.parse(answer.body)
    }

    private mutating func bind(_ name: JSONValue?, to value: JSONValue) {
        if let name = name?.string { bindings[name] = value }
    }

    private func resolved(_ value: JSONValue) throws -> JSONValue {
        switch value {
        case .string(let text): .string(try resolved(text))
        case .array(let elements): .array(try elements.map(resolved))
        case .object(let object):
            .object(JSONObject(members: try object.members.map { .init(name: $0.name, value: try resolved($0.value)) }))
        default: value
        }
    }

    /// Every `{{name/attribute}}` replaced by what was bound.
    private func resolved(_ text: String) throws -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "{{"), let end = rest.firstRange(of: "}}") {
            let path = rest[start.upperBound..<end.lowerBound].split(separator: "/")
            guard path.count == 2, let value = bindings[String(path[0])]?.object?[String(path[1])]?.string else {
                throw UnknownTemplate(text: String(rest[start.lowerBound..<end.upperBound]))
            }
            result += rest[..<start.lowerBound] + value
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    struct SetupFailed: Error {
        let operation: JSONObject
        let answer: ReceivedAnswer?
    }

    struct UnknownTemplate: Error {
        let text: String
    }
}
