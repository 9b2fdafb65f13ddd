internal import Formats
public import Messages
internal import Settings

extension DocumentStore {
    /// Merges `members` into documents that are there, whatever their versions. One outcome for each key: a document that is gone needs nothing.
    ///
    /// Without an answer nobody knows whether it was done; then, as in an outage, it is to be done again and is no document's fault.
    public func stamp(_ keys: [DocumentKey], in collection: String, with members: [UInt8]) async -> [Outcome] {
        let result = await exchange(.stamp(keys, in: collection, with: members, settings: settings)).flatMap { answer in
            ElementFaults.read(answer, expecting: keys.count)
        }
        switch result {
        case .success(let faults): return faults.map { $0.map(Self.outcome) ?? .written }
        case .failure(.rejected(let fault)), .failure(.failing(let fault)): return keys.map { _ in .transient(fault) }
        case .failure(let failure): return keys.map { _ in .unavailable(failure.fault) }
        }
    }

    private static func outcome(_ failure: FailureClass, _ fault: Fault) -> Outcome {
        switch failure {
        case .missing: .written
        case .conflict: .conflict(fault)
        case .refused: .refused(fault)
        case .transient: .transient(fault)
        case .outage, .collection, .configuration, .unknown: .unavailable(fault)
        }
    }
}

extension DocumentRequest {
    /// Merging a few members into documents: `PATCH` creates none (ArangoDB.md section 3), and asks for no revision.
    static func stamp(collection: String, database: String, waitForSync: Bool, count: Int) -> Request {
        let query = ["keepNull=true", "mergeObjects=true"] + (waitForSync ? ["waitForSync=true"] : [])
        let path = "/_api/document/\(collection.percentEncoded)?\(query.joined(separator: "&"))"
        return Request(.patch, database: database, path, answerLimit: (64 << 10) + count * (4 << 10))
    }

    static func stampBody(_ keys: [DocumentKey], _ members: [UInt8], into body: inout [UInt8]) {
        body.append(UInt8(ascii: "["))
        for (index, key) in keys.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            DocumentText(source: [], runs: [], additions: members).write(into: &body, key: key)
        }
        body.append(UInt8(ascii: "]"))
    }
}
