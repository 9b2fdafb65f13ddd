internal import Messages

/// How the classes of ``FailureTable`` become results for the pipeline.
enum FailureVerdict {
    /// A whole request failed.
    static func request(_ failure: FailureClass, _ fault: Fault) -> RequestFailure {
        switch failure {
        case .outage: .outage(fault)
        case .collection: .collection(fault)
        case .configuration: .configuration(fault)
        case .unknown: .unknown(fault)
        // One of its documents may be to blame.
        case .conflict, .refused: .rejected(fault)
        case .missing, .transient: .failing(fault)
        }
    }

    /// One document of an answer failed. What an administrator must mend, or leaves doubt about all, is thrown and becomes the whole reply;
    /// writing the others again does no harm.
    static func element(_ failure: FailureClass, isRemoval: Bool, _ fault: Fault) throws(ElementFailure) -> Outcome {
        switch failure {
        case .missing: isRemoval ? .written : .transient(fault)
        case .conflict: .conflict(fault)
        case .refused: .refused(fault)
        case .transient: .transient(fault)
        case .outage, .collection: .unavailable(fault)
        case .configuration: throw .request(.configuration(fault))
        case .unknown: throw .request(.unknown(fault))
        }
    }

    /// What a failed request means when it held a single document: then there is no doubt about whose fault it is.
    static func single(_ failure: FailureClass, _ fault: Fault) -> Outcome? {
        switch failure {
        case .conflict: .conflict(fault)
        case .refused: .refused(fault)
        // Whether the server fails over this document or over all is for the pipeline to see.
        case .missing, .transient, .outage, .collection, .configuration, .unknown: nil
        }
    }
}
