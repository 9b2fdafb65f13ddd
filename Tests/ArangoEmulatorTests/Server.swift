@testable import ArangoEmulator

/// An emulated server without a socket: what it answers is a function of its state and the request.
struct Server {
    var state: ServerState
    /// Milliseconds since 1970.
    var now: UInt64 = 1_700_000_000_000

    init(_ configuration: Configuration = Configuration()) {
        state = ServerState(configuration, now: now)
    }

    /// With a collection `c`.
    static func withCollection(_ properties: String = "{}", kind: Int = 2, _ configuration: Configuration = Configuration()) throws
        -> Server
    {
        var server = Server(configuration)
        var body: JSONObject = ["name": "c", "type": .int(kind)]
        body.members += try JSONParser.parse(properties).object?.members ?? []
        let answer = try server.send("POST", "/_api/collection", JSONValue.object(body).text)
        guard answer.status == 200 else { throw NotAnswered() }
        return server
    }

    /// Throws ``NotAnswered`` if the connection would be closed or stall.
    mutating func send(
        _ method: String, _ target: String, _ body: String = "", headers: [(name: String, value: String)] = []
    ) throws -> Answer {
        let request = Request(method: method, target: target, headers: headers, body: Array(body.utf8))
        guard case .answer(let response, _) = state.respond(to: request, now: now) else { throw NotAnswered() }
        return Answer(response)
    }

    /// The stored document as text, without its revision.
    func stored(_ key: String) -> String? {
        state.databases["_system"]?.collections["c"]?.documents[key].map { document in
            var writer = JSONWriter()
            writer.append(document, in: "c")
            return String(decoding: writer.bytes, as: UTF8.self).replacing(",\"_rev\":\"\(document.revision.text)\"", with: "")
        }
    }

    struct NotAnswered: Error {}
}

struct Answer {
    let status: Int
    let headers: [String: String]
    let text: String

    init(_ response: Response) {
        status = response.status
        headers = Dictionary(response.headers.map { ($0.name, $0.value) }) { first, _ in first }
        text = String(decoding: response.body, as: UTF8.self)
    }

    var json: JSONValue {
        get throws { try JSONParser.parse(text) }
    }

    subscript(name: String) -> JSONValue? {
        get throws { try json.object?[name] }
    }

    /// The elements of an array answer.
    var elements: [JSONObject] {
        get throws { try json.array?.compactMap(\.object) ?? [] }
    }

    /// `status/errorNum`, as ArangoDB.md writes errors.
    var error: String {
        get throws { "\(status)/\(try self["errorNum"]?.int ?? 0)" }
    }
}
