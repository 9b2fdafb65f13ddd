public import Pipeline

extension DocumentStore {
    /// Whether the database answers: nil if it does, even if it only says that it does not like the question.
    public func absence() async -> RequestFailure? {
        switch await probe() {
        case nil, .rejected, .failing: nil
        case .outage(let fault): .outage(fault)
        case .unknown(let fault): .unknown(fault)
        case .configuration(let fault): .configuration(fault)
        }
    }

    /// Why this collection is known to take no writes; nil if nothing is known to be wrong with it.
    public func fault(of collection: String) async -> String? {
        do throws(RequestFailure) {
            guard try await self.collection(collection) == nil else { return nil }
            return "collection \(collection) is missing. Create it with `warren provision`"
        } catch {
            if case .configuration(let fault) = error { return "collection \(collection): \(fault)" }
            return nil
        }
    }
}
