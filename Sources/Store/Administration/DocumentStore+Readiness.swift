internal import Formats
public import Messages
internal import Settings

extension Call {
    /// Removes one document that cannot be there.
    static func removeImpossible(from collection: String, of database: String) -> Call {
        let path = "/_api/document/\(collection.percentEncoded)/\(DocumentKey.impossible())"
        return Call(Request(.delete, database: database, path))
    }
}

extension DocumentStore {
    /// Whether the database answers: nil if it does, even if it only says that it does not like the question.
    public func absence() async -> RequestFailure? {
        switch await probe() {
        case nil, .rejected, .failing: nil
        case .outage(let fault): .outage(fault)
        case .unknown(let fault): .unknown(fault)
        case .collection(let fault): .collection(fault)
        case .configuration(let fault): .configuration(fault)
        }
    }

    /// Why this collection accepts no writes; `nil` if nothing is known to be wrong with it.
    ///
    /// It removes a document that cannot be there: that needs what writing needs, and leaves nothing (404 with error 1202, ArangoDB.md section 3).
    /// Reading the collection would prove nothing: a server that accepts no writes still answers it.
    public func fault(of collection: String) async -> String? {
        switch await call(.removeImpossible(from: collection, of: settings.database), as: AnyAnswer.self) {
        case .success, .failure(.rejected): return nil
        case .failure(let failure) where failure.fault.errorNum == ErrorNumber.documentNotFound: return nil
        case .failure(let failure) where failure.fault.errorNum == ErrorNumber.collectionNotFound:
            return "collection \(collection) is missing. Create it with `warren provision`"
        case .failure(let failure): return "collection \(collection) takes no writes: \(failure.fault)"
        }
    }
}
