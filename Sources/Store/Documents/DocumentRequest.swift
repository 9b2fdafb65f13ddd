internal import Formats
internal import Messages
internal import Settings

/// The document requests (ArangoDB.md sections 3 and 4). Every choice the server would otherwise make for us is spelled out.
enum DocumentRequest {
    /// One request for all writes of a target.
    ///
    /// Never `silent`: its answer does not say which document failed, and hides stale ones.
    static func write(_ target: WriteTarget, database: String, waitForSync: Bool, count: Int) -> Request {
        var query: [String] = []
        switch target.mode {
        case .update:
            // For a POST the documentation and the source disagree on keepNull's default.
            query = ["overwriteMode=update", "keepNull=true", "mergeObjects=true"]
        case .replace:
            query = ["overwriteMode=replace"]
        case .create:
            query = ["overwriteMode=ignore"]
        case .remove:
            break
        }
        // DELETE knows no versionAttribute.
        if let attribute = target.versionAttribute, target.mode != .remove {
            query.append("versionAttribute=\(attribute.percentEncoded)")
        }
        // False would change nothing: the collection's own property wins.
        if waitForSync { query.append("waitForSync=true") }
        let path = "/_api/document/\(target.collection.percentEncoded)" + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        // An error element has a message of some hundred bytes; 4 KiB each leaves room for texts of schemas.
        return Request(target.mode == .remove ? .delete : .post, database: database, path, answerLimit: (64 << 10) + count * (4 << 10))
    }

    /// Reading back. Without `onlyget` the same request would replace the documents.
    static func read(collection: String, database: String, answerLimit: Int) -> Request {
        Request(
            .put, "/_db/\(database.percentEncoded)/_api/document/\(collection.percentEncoded)?onlyget=true", isReadOnly: true,
            answerLimit: answerLimit)
    }

    /// A look at the edges of a document.
    static func edges(of plan: SweepPlan, database: String, answerLimit: Int) -> Request {
        let query = "vertex=\(plan.vertex.percentEncoded)&direction=\(plan.direction.rawValue)"
        return Request(
            .get, database: database, "/_api/edges/\(plan.target.collection.percentEncoded)?\(query)", answerLimit: answerLimit)
    }

    /// Removing or marking edges, each only if it still has the revision that was seen.
    static func sweep(_ plan: SweepPlan, database: String, waitForSync: Bool, count: Int) -> Request {
        guarded(
            collection: plan.target.collection, isMark: plan.mark != nil, database: database, waitForSync: waitForSync, count: count)
    }

    /// Removing or marking documents, each only if it still has the revision that was seen.
    static func guarded(collection: String, isMark: Bool, database: String, waitForSync: Bool, count: Int) -> Request {
        var query = ["ignoreRevs=false"]
        if isMark { query += ["keepNull=true", "mergeObjects=true"] }
        if waitForSync { query.append("waitForSync=true") }
        let path = "/_api/document/\(collection.percentEncoded)?\(query.joined(separator: "&"))"
        return Request(isMark ? .patch : .delete, database: database, path, answerLimit: (64 << 10) + count * (4 << 10))
    }

    /// Documents are answered whole, so this bounds what reading back may hold, for each request in flight: one of the default batches.
    static let readAnswerLimit = 4 << 20
    /// What does not fit in there is asked for again, one at a time: a document of several of the largest messages, or the edges of a document.
    static let largeAnswerLimit = 64 << 20

    /// Writes the body of a write request: an array of documents, each with `members` besides its own, or of keys.
    static func writeBody(of batch: WriteBatch, adding members: [UInt8] = [], into body: inout [UInt8]) {
        guard batch.target.mode != .remove else { return keys(batch.writes.lazy.map(\.key), into: &body) }
        body.reserveCapacity(batch.writes.reduce(2) { $0 + $1.document.byteCount(key: $1.key) + members.count + 2 })
        body.append(UInt8(ascii: "["))
        for (index, write) in batch.writes.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            write.document.write(into: &body, key: write.key, adding: members)
        }
        body.append(UInt8(ascii: "]"))
    }

    /// Writes a body of keys. Legal keys hold no character that JSON escapes.
    static func keys(_ keys: some Sequence<DocumentKey>, into body: inout [UInt8]) {
        body.append(UInt8(ascii: "["))
        for (index, key) in keys.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            body.append(UInt8(ascii: "\""))
            body.append(contentsOf: key.text.utf8)
            body.append(UInt8(ascii: "\""))
        }
        body.append(UInt8(ascii: "]"))
    }
}
