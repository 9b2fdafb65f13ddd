internal import Formats
public import Messages
internal import Settings

/// Writes that leave nothing, to find out whether a collection takes any (ArangoDB.md section 12).
extension DocumentStore {
    /// Asks in the way of the request that failed, and removes a document that cannot be there, which needs what writing needs. Nil if both are
    /// answered as they should be.
    public func prove(_ proof: WriteProof) async -> RequestFailure? {
        let key = DocumentKey.impossible()
        let collection = proof.target.collection
        let own: RequestFailure?
        switch proof.kind {
        case .write where proof.target.mode == .remove: own = nil
        case .write: own = await ask(.illegalWrite(to: proof.target, settings: settings), expecting: .refused)
        case .read:
            let request = DocumentRequest.read(collection: collection, database: settings.database, answerLimit: 64 << 10)
            own = await ask(Call(request, body: Array(#"["\#(key)"]"#.utf8)), expecting: .missing)
        case .sweep(let vertices, let direction):
            let query = "vertex=\("\(vertices)/\(key)".percentEncoded)&direction=\(direction.rawValue)"
            let path = "/_api/edges/\(collection.percentEncoded)?\(query)"
            own = await call(Request(.get, database: settings.database, path), as: AnyAnswer.self).failure
        }
        if let own { return own }
        return await ask(.removeImpossible(from: collection, settings: settings), expecting: .missing)
    }

    private func ask(_ call: Call, expecting expected: FailureClass) async -> RequestFailure? {
        switch await exchange(call) {
        case .success(let answer): ProofAnswer.failure(answer, expecting: expected)
        case .failure(let failure): failure
        }
    }
}

extension Call {
    /// A write that is refused for its key only after everything else about the request was accepted. An edge needs its ends; elsewhere they are
    /// dropped.
    static func illegalWrite(to target: WriteTarget, settings: ArangoDBSettings) -> Call {
        let request = DocumentRequest.write(target, database: settings.database, waitForSync: settings.waitForSync, count: 1)
        return Call(request, body: Array(#"[{"_key":"warren/","_from":"warren/0","_to":"warren/0"}]"#.utf8))
    }

    /// The removal of a document that cannot be there, in the way in which documents are removed.
    static func removeImpossible(from collection: String, settings: ArangoDBSettings) -> Call {
        let target = WriteTarget(collection: collection, mode: .remove, versionAttribute: nil)
        let request = DocumentRequest.write(target, database: settings.database, waitForSync: settings.waitForSync, count: 1)
        return Call(request, body: Array(#"["\#(DocumentKey.impossible())"]"#.utf8))
    }
}

/// The answer to a proof: an array with one error, and the right one.
enum ProofAnswer {
    static func failure(_ answer: Answer, expecting expected: FailureClass) -> RequestFailure? {
        switch ElementFaults.read(answer, expecting: 1) {
        case .failure(let failure): return failure
        case .success(let faults):
            guard let (failure, fault) = faults[0] else {
                return .failing(Fault(status: answer.status, message: "\(answer.endpoint) did a write that cannot be done"))
            }
            switch failure {
            case expected: return nil
            case .outage, .collection: return .collection(fault)
            case .configuration: return .configuration(fault)
            case .unknown: return .unknown(fault)
            case .conflict, .refused, .missing, .transient: return .failing(fault)
            }
        }
    }
}

extension DocumentKey {
    /// One that nobody else has: 128 random bits.
    static func impossible() -> String {
        "warren-\(UInt64.random(in: .min ... .max))-\(UInt64.random(in: .min ... .max))"
    }
}
