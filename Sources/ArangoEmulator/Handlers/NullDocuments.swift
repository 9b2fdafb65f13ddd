/// `--null`: documents are taken as if each were new, and forgotten. Made to cost next to nothing, so that a benchmark measures its sender.
extension ServerState {
    mutating func acceptDocuments(_ request: Request, collection name: String) throws(ArangoError) -> Response {
        let waitsForSync = request.flag("waitForSync")
        let answer: (bytes: [UInt8], documents: Int)? = try withCollection(name, of: request) { (collection, clock) in
            Self.accept(request.body, prefix: "{\"_id\":\"\(collection.name)/", clock: &clock)
        }
        guard let answer else {
            // A single document, or something that is not JSON: rare, so it may cost.
            guard case .object(let object) = try request.json() else { throw .invalidType }
            let key = object["_key"]?.string ?? String(clock.id())
            let revision = clock.revision().text
            return Response(
                status: waitsForSync ? 201 : 202,
                json: ["_id": .string("\(name)/\(key)"), "_key": .string(key), "_rev": .string(revision)])
        }
        log.counters.documentsWritten += answer.documents
        return Response(status: waitsForSync ? 201 : 202, body: answer.bytes)
    }

    /// Nil if the body is no array of objects.
    private static func accept(_ body: [UInt8], prefix: String, clock: inout Clock) -> (bytes: [UInt8], documents: Int)? {
        var scanner = KeyScanner(body)
        guard scanner.beginArray() else { return nil }
        var answer: [UInt8] = [UInt8(ascii: "[")]
        answer.reserveCapacity(body.count / 4)
        let prefix = Array(prefix.utf8)
        let middle = Array("\",\"_key\":\"".utf8)
        let suffix = Array("\",\"_rev\":\"".utf8)
        let end = Array("\"}".utf8)
        var documents = 0
        while true {
            switch scanner.nextDocument() {
            case .malformed: return nil
            case .end:
                answer.append(UInt8(ascii: "]"))
                return (answer, documents)
            case .document(let range):
                if documents > 0 { answer.append(UInt8(ascii: ",")) }
                documents += 1
                let key = range.map { body[$0] } ?? Array(String(clock.id()).utf8)[...]
                answer.append(contentsOf: prefix)
                answer.append(contentsOf: key)
                answer.append(contentsOf: middle)
                answer.append(contentsOf: key)
                answer.append(contentsOf: suffix)
                clock.revision().append(to: &answer)
                answer.append(contentsOf: end)
            }
        }
    }
}
