/// `POST /_api/import` (ArangoDB.md section 5).
extension ServerState {
    mutating func answerImport(_ request: Request) throws(ArangoError) -> Response {
        guard request.method == "POST" else { throw .methodNotSupported(request.method) }
        guard let name = request.parameter("collection") else {
            throw ArangoError(status: 400, errorNum: 1204, message: "'collection' is missing: /_api/import?collection=<name>")
        }
        let options = ImportOptions(request)
        let result = try withCollection(name, of: request) { (collection, clock) throws(ArangoError) in
            let rows = try ImportRows(request)
            if options.truncatesFirst { collection.truncate() }
            return try Self.store(rows, in: &collection, options: options, clock: &clock)
        }
        log.counters.documentsWritten += result.created + result.updated
        return Response(status: 201, json: result.json(withDetails: options.tellsDetails))
    }

    private static func store(
        _ rows: ImportRows, in collection: inout StoredCollection, options: ImportOptions, clock: inout Clock
    ) throws(ArangoError) -> ImportResult {
        var result = ImportResult(empty: rows.empty)
        // Only where it is needed: what is kept has to be copied.
        let before = options.isComplete ? collection : nil
        for row in rows.rows {
            do throws(ArangoError) {
                let document = options.prefixed(try row.value.get())
                let effect = try collection.insert(document, options: options.writeOptions, clock: &clock)
                if !effect.isWrite {
                    result.ignored += 1
                } else if effect.oldRevision != nil {
                    result.updated += 1
                } else {
                    result.created += 1
                }
            } catch {
                if let before {
                    collection = before
                    throw error.errorNum == 1210 ? error : ArangoError(status: 500, errorNum: error.errorNum, message: error.message)
                }
                result.errors += 1
                result.details.append("at position \(row.position): \(Self.reason(error, collection)), offending document: \(row.text)")
            }
        }
        return result
    }

    private static func reason(_ error: ArangoError, _ collection: StoredCollection) -> String {
        error.errorNum == ArangoError.invalidEdge.errorNum
            ? "missing '_from' or '_to' attribute" : "creating document failed with error '\(error.message)'"
    }
}

/// What the query asks for.
private struct ImportOptions {
    let isComplete: Bool
    let tellsDetails: Bool
    let truncatesFirst: Bool
    let writeOptions: WriteOptions
    private let fromPrefix: String?
    private let toPrefix: String?

    init(_ request: Request) {
        isComplete = request.flag("complete")
        tellsDetails = request.flag("details")
        truncatesFirst = request.flag("overwrite")
        fromPrefix = request.parameter("fromPrefix")
        toPrefix = request.parameter("toPrefix")
        var options = WriteOptions()
        switch request.parameter("onDuplicate") {
        case "update": options.overwriteMode = .update
        case "replace": options.overwriteMode = .replace
        case "ignore": options.overwriteMode = .ignore
        default: break
        }
        writeOptions = options
    }

    /// The document with `fromPrefix/` and `toPrefix/` put before ends that are bare keys.
    func prefixed(_ value: JSONValue) -> JSONValue {
        guard case .object(var object) = value, fromPrefix != nil || toPrefix != nil else { return value }
        for index in object.members.indices {
            let prefix = object.members[index].name == "_from" ? fromPrefix : object.members[index].name == "_to" ? toPrefix : nil
            if let prefix, let end = object.members[index].value.string, !end.contains("/") {
                object.members[index].value = .string("\(prefix)/\(end)")
            }
        }
        return .object(object)
    }
}

/// What became of the rows.
private struct ImportResult {
    var created = 0
    var errors = 0
    var empty: Int
    var updated = 0
    var ignored = 0
    var details: [String] = []

    init(empty: Int) { self.empty = empty }

    func json(withDetails: Bool) -> JSONValue {
        var object: JSONObject = [
            "error": false, "created": .int(created), "errors": .int(errors), "empty": .int(empty), "updated": .int(updated),
            "ignored": .int(ignored),
        ]
        if withDetails { object.append("details", .array(details.map(JSONValue.string))) }
        return .object(object)
    }
}
