internal import FoundationEssentials
internal import Messages
internal import Settings

/// A request with its body: all that leaves, but for the coordinator and the proof of identity.
struct Call: Equatable {
    let request: Request
    let body: [UInt8]
    let lane: TransferLane

    init(_ request: Request, body: [UInt8] = [], over lane: TransferLane = .usual) {
        self.request = request
        self.body = body
        self.lane = lane
    }

    /// One whose body is a value in JSON. Only values that JSON can hold are sent.
    init(_ request: Request, sending content: some Encodable, over lane: TransferLane = .usual) {
        self.init(request, body: (try? JSONEncoder().encode(content)).map { Array($0) } ?? [], over: lane)
    }
}

extension DocumentStore {
    /// Sends a call. Whatever the server answers is a success, but for a 503 of every coordinator.
    func exchange(_ call: Call) async -> Result<Answer, RequestFailure> {
        await send(call.request, over: call.lane) { body in
            body += call.body
        } reading: { answer in
            .success(answer)
        }
    }
}

// Documents are encoded in bulk where they are written (``DocumentStore``); these are the same requests with the same encoders, each as one value.
extension Call {
    /// Writes a batch.
    static func write(_ batch: WriteBatch, settings: ArangoDBSettings) -> Call {
        var body: [UInt8] = []
        DocumentRequest.writeBody(of: batch, into: &body)
        return Call(DocumentRequest.write(batch, settings: settings), body: body)
    }

    /// Reads documents back.
    static func read(_ batch: ReadBatch, database: String) -> Call {
        var body: [UInt8] = []
        DocumentRequest.keys(batch.keys, into: &body)
        let request = DocumentRequest.read(
            collection: batch.collection, database: database, answerLimit: DocumentRequest.readAnswerLimit)
        return Call(request, body: body)
    }

    /// Looks at the edges of a document.
    static func edges(of plan: SweepPlan, database: String) -> Call {
        Call(DocumentRequest.edges(of: plan, database: database, answerLimit: DocumentRequest.readAnswerLimit))
    }

    /// Removes or marks documents, each only if it still has the revision that was seen.
    static func settle(_ documents: [SeenRevision], in collection: String, mark: [UInt8]?, settings: ArangoDBSettings) -> Call {
        let request = DocumentRequest.guarded(
            collection: collection, isMark: mark != nil, database: settings.database, waitForSync: settings.waitForSync,
            count: documents.count)
        return Call(request, body: SweepBody(documents, mark: mark).bytes)
    }

    /// Merges members into documents that are there.
    static func stamp(_ keys: [DocumentKey], in collection: String, with members: [UInt8], settings: ArangoDBSettings) -> Call {
        let request = DocumentRequest.stamp(
            collection: collection, database: settings.database, waitForSync: settings.waitForSync, count: keys.count)
        var body: [UInt8] = []
        DocumentRequest.stampBody(keys, members, into: &body)
        return Call(request, body: body)
    }
}
