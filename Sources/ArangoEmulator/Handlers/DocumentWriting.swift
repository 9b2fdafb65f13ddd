/// What a request does to each of its documents.
enum DocumentWrite {
    case insert, replace, update, remove

    /// The status with `waitForSync`; without it is 202.
    var syncedStatus: Int { self == .remove ? 200 : 201 }
}

extension ServerState {
    /// One document: its own status, `etag` and `location`.
    mutating func applyAlone(
        _ operation: DocumentWrite, to element: JSONValue, in name: String, _ request: Request, options: WriteOptions
    ) throws(ArangoError) -> Response {
        let wait = wait(for: element.documentKey, in: name, of: request)
        guard wait <= KeyLocks.patience else {
            answerDelay += .milliseconds(KeyLocks.patience)
            throw .lockTimeout(element.documentKey ?? "")
        }
        hold(element.documentKey.map { [$0] } ?? [], in: name, of: request, after: wait)
        var counters = log.counters
        let response = try withCollection(name, of: request) { (collection, clock) throws(ArangoError) -> Response in
            do throws(ArangoError) {
                let effect = try collection.perform(operation, on: element, options: options, clock: &clock)
                counters.count(effect)
                return collection.answer(effect, operation, request, options: options)
            } catch {
                guard error == .revisionConflict, let document = element.documentKey.flatMap({ collection.documents[$0] }) else {
                    throw error
                }
                return collection.conflict(with: document)
            }
        }
        log.counters = counters
        return response
    }

    /// An array: always 200 to 202, one result for each element (ArangoDB.md section 4).
    mutating func apply(
        _ operation: DocumentWrite, to elements: [JSONValue], in name: String, _ request: Request, options: WriteOptions
    ) throws(ArangoError) -> Response {
        var answer = ArrayAnswer(isSilent: options.silent, tellsMessages: configuration.tellsMessages)
        var counters = log.counters
        let keys = configuration.writeTime > .zero ? elements.compactMap(\.documentKey) : []
        let waiting = Set(keys.filter { wait(for: $0, in: name, of: request) > 0 })
        let waitsForSync = try withCollection(name, of: request) { (collection, clock) throws(ArangoError) in
            var hasWritten = false
            for element in elements {
                do throws(ArangoError) {
                    if !waiting.isEmpty, let key = element.documentKey, waiting.contains(key) { throw .writeConflict(key) }
                    let effect = try collection.perform(operation, on: element, options: options, clock: &clock)
                    counters.count(effect)
                    hasWritten = hasWritten || effect.isWrite
                    answer.append(effect, in: collection.name)
                } catch {
                    counters.elementErrors += 1
                    answer.append(error)
                }
            }
            return options.waitForSync || (collection.waitForSync && hasWritten)
        }
        log.counters = counters
        hold(keys.filter { !waiting.contains($0) }, in: name, of: request)
        return answer.response(status: waitsForSync ? operation.syncedStatus : 202, tellsErrorCodes: true)
    }
}

extension RequestCounters {
    mutating func count(_ effect: WriteEffect) {
        if effect.isUnchanged || !effect.isWrite { documentsUnchanged += 1 } else { documentsWritten += 1 }
    }
}

extension StoredCollection {
    fileprivate mutating func perform(
        _ operation: DocumentWrite, on element: JSONValue, options: WriteOptions, clock: inout Clock
    ) throws(ArangoError) -> WriteEffect {
        switch operation {
        case .insert: try insert(element, options: options, clock: &clock)
        case .replace: try modify(element, isUpdate: false, options: options, clock: &clock)
        case .update: try modify(element, isUpdate: true, options: options, clock: &clock)
        case .remove: try remove(element, options: options)
        }
    }

    fileprivate func answer(
        _ effect: WriteEffect, _ operation: DocumentWrite, _ request: Request, options: WriteOptions
    ) -> Response {
        let status = options.waitForSync || (waitForSync && effect.isWrite) ? operation.syncedStatus : 202
        if options.silent { return Response(status: status, json: [:]) }
        var writer = JSONWriter()
        writer.append(effect, in: name)
        let location = ["_db", request.database, "_api", "document", name, effect.key].map { "/" + percentEncoded($0) }.joined()
        return Response(
            status: status, headers: [("etag", "\"\(effect.revision.text)\""), ("location", location)], body: writer.bytes)
    }

    /// 412 with the stored revision [T RestDocumentHandlerUpdateDocumentIfMatchOther].
    func conflict(with document: Document) -> Response {
        let error = ArangoError.revisionConflict
        let revision = document.revision.text
        return Response(
            status: error.status, headers: [("etag", "\"\(revision)\"")],
            json: [
                "error": true, "code": .int(error.status), "errorNum": .int(error.errorNum), "errorMessage": .string(error.message),
                "_id": .string("\(name)/\(document.key)"), "_key": .string(document.key), "_rev": .string(revision),
            ])
    }
}

extension JSONValue {
    /// The key that a document or a selector names.
    var documentKey: String? {
        switch self {
        case .string(let id): id.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init)
        case .object(let object): object["_key"]?.string
        default: nil
        }
    }
}
