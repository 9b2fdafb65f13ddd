/// `/_emulator/...`: what no ArangoDB has. Lets another process make this one misbehave, and look at what it holds. Needs no password.
///
/// - `GET`, `POST` (one object or an array), `DELETE /_emulator/faults`
/// - `GET /_emulator/counters`
/// - `PUT /_emulator/disk-usage` with `"good"`, `"limit-reached"` or `"read-only"`
/// - `GET /_emulator/documents/{database}/{collection}`: an array, in the order of the keys
extension ServerState {
    mutating func answerEmulator(_ request: Request) throws(ArangoError) -> Response {
        let path = Array(request.segments.dropFirst())
        switch (request.method, path.first, path.count) {
        case ("PUT", "disk-usage", 1):
            guard let usage = try request.json().string.flatMap(DiskUsage.init(rawValue:)) else {
                throw .badParameter("disk-usage is good, limit-reached or read-only")
            }
            diskUsage = usage
            return Response(status: 200, json: .string(usage.rawValue))
        case ("GET", "documents", 3):
            guard let database = databases[path[1]] else { throw .databaseNotFound }
            let collection = database.collections.values[try database.index(of: path[2])]
            var writer = JSONWriter()
            for document in collection.sortedDocuments {
                writer.append(raw: writer.bytes.isEmpty ? "[" : ",")
                writer.append(document, in: collection.name)
            }
            writer.append(raw: writer.bytes.isEmpty ? "[]" : "]")
            return Response(status: 200, body: writer.bytes)
        default: return try faults.answer(request, counters: log.counters)
        }
    }
}

extension FaultList {
    /// What a proxy takes, too: `/_emulator/faults` and `/_emulator/counters`.
    mutating func answer(_ request: Request, counters: RequestCounters) throws(ArangoError) -> Response {
        let path = request.segments.dropFirst()
        switch (request.method, path.first, path.count) {
        case ("GET", "faults", 1): return Response(status: 200, json: .array(faults.map(\.json)))
        case ("POST", "faults", 1):
            let body = try request.json()
            var added: [InjectedFault] = []
            for value in body.array ?? [body] { added.append(try InjectedFault(value)) }
            for fault in added { add(fault) }
            return Response(status: 201, json: .array(faults.map(\.json)))
        case ("DELETE", "faults", 1):
            removeAll()
            return Response(status: 200, json: [])
        case ("GET", "counters", 1): return Response(status: 200, json: counters.json)
        default: throw .unknownPath(request.path)
        }
    }
}

extension RequestCounters {
    fileprivate var json: JSONValue {
        [
            "requests": .int(requests), "documentsWritten": .int(documentsWritten), "documentsUnchanged": .int(documentsUnchanged),
            "documentsExpired": .int(documentsExpired), "elementErrors": .int(elementErrors), "connections": .int(connections),
        ]
    }
}
