/// What an error of ArangoDB means for a write.
enum FailureClass: Sendable, Equatable {
    /// Two writers met at the document: again soon.
    case conflict
    /// It will never work as it is.
    case refused
    /// There is no such document.
    case missing
    /// Nobody has said whether this document (or this batch) has to do with it.
    case transient
    /// The request may have been carried out.
    case unknown
    /// A state of the server, whatever is written.
    case outage
    /// A state of the collection, or of a shard of it, whatever is written there.
    case collection
    /// An administrator must act.
    case configuration
}
