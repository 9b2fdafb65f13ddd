/// Writes that leave in one request. Each document occurs once: lanes see to it.
public struct WriteBatch: Sendable {
    /// Names the batch in its reply.
    public let id: RequestID
    /// Where all of them go.
    public let target: WriteTarget
    /// At least one.
    public let writes: [PlannedWrite]
    /// Whether ``Outcome/stored(revision:isStale:)`` is asked for.
    public let needsRevisions: Bool
    /// Called on the pipeline's thread with true before the request's body is encoded, and with false afterwards; nil for batches that need
    /// no caution.
    public package(set) var isEncoding: (@Sendable (Bool) -> Void)?

    /// A batch by its parts.
    public init(id: RequestID, target: WriteTarget, writes: [PlannedWrite], needsRevisions: Bool = false) {
        self.needsRevisions = needsRevisions
        self.id = id
        self.target = target
        self.writes = writes
    }
}

/// Documents to read back.
public struct ReadBatch: Sendable {
    /// Names the batch in its reply.
    public let id: RequestID
    /// The collection they are in.
    public let collection: String
    /// Attribute whose value ``StoredState/found(version:edgesVersion:revision:)`` returns; `nil` for none.
    public let versionAttribute: String?
    /// At least one.
    public let keys: [DocumentKey]
    /// For each key, the attribute whose value ``StoredState/found(version:edgesVersion:revision:)`` returns as `edgesVersion`; `nil` for none. The
    /// list may be shorter.
    public let markers: [String?]
    /// Whether revisions are asked for.
    public let needsRevisions: Bool

    /// A batch by its parts.
    public init(
        id: RequestID, collection: String, versionAttribute: String?, keys: [DocumentKey], markers: [String?] = [],
        needsRevisions: Bool = false
    ) {
        self.needsRevisions = needsRevisions
        self.id = id
        self.collection = collection
        self.versionAttribute = versionAttribute
        self.keys = keys
        self.markers = markers
    }
}

/// What went wrong at the database, in the words that go into logs and headers. Never holds a document, a password or a token.
public struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
    /// ArangoDB's errorNum; nil if the answer had none.
    public let errorNum: Int?
    /// HTTP status; nil if there was no answer, or for a fault of one document in an answer.
    public let status: Int?
    /// The server's or libcurl's text, with the endpoint where it matters.
    public let message: String

    /// A fault by its parts.
    public init(errorNum: Int? = nil, status: Int? = nil, message: String) {
        self.errorNum = errorNum
        self.status = status
        self.message = message
    }

    /// `message (errorNum 1203, HTTP 404)`.
    public var description: String {
        let numbers = [errorNum.map { "errorNum \($0)" }, status.map { "HTTP \($0)" }].compactMap(\.self)
        return numbers.isEmpty ? message : "\(message) (\(numbers.joined(separator: ", ")))"
    }
}

/// What became of one document of a request.
public enum Outcome: Sendable, Equatable {
    /// Confirmed by the database.
    case written
    /// The stored version is the same or newer; nothing changed, nothing needs to.
    case stale
    /// One of both, and the revision of what is stored now: only where ``WriteBatch/needsRevisions`` asks for it.
    case stored(revision: String, isStale: Bool)
    /// A write-write conflict: again soon, outside the retry budget.
    case conflict(Fault)
    /// It failed, and may work later. Whether that is the document's fault is to be found out; only then it counts an attempt.
    case transient(Fault)
    /// The database cannot take it now (read-only, write concern not met, shutting down): not the document's fault, costs no attempt.
    case unavailable(Fault)
    /// Will never work as it is.
    case refused(Fault)
}

/// Why a whole request has no outcomes.
public enum RequestFailure: Error, Sendable, Equatable {
    /// Nothing was done: the server is away or overloaded. Not the messages' fault.
    case outage(Fault)
    /// Not all was done, because this collection accepts no writes now: a right that is missing, a write concern that is not met, a shard without a
    /// leader. Not the messages' fault, and others' collections need not be concerned.
    case collection(Fault)
    /// Not all was done, and an administrator must act: credentials, rights, a missing collection or database. Not the messages' fault.
    case configuration(Fault)
    /// The request left, no whole answer came: it may have been done.
    case unknown(Fault)
    /// The server refused the request as a whole, nothing was done: one of its messages may be to blame.
    case rejected(Fault)
    /// The request failed as a whole, and nobody has said whose fault that is: that of one of its messages, or of what they have in common.
    case failing(Fault)

    /// What went wrong, without the class.
    public var fault: Fault {
        switch self {
        case .outage(let fault), .collection(let fault), .configuration(let fault), .unknown(let fault), .rejected(let fault),
            .failing(let fault):
            fault
        }
    }
}

extension Result where Failure == RequestFailure {
    /// Why it failed; nil if it did not.
    public var failure: RequestFailure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}

/// One outcome for each write, in their order; or why there is none.
public typealias WriteReply = Result<[Outcome], RequestFailure>

/// What a document looked like when it was read back.
public enum StoredState: Sendable, Equatable {
    /// It is there, with this version (`nil` if no version attribute was asked for, or it is no whole number), with edges of that one, and with this
    /// revision, if it was asked for.
    case found(version: UInt64?, edgesVersion: UInt64? = nil, revision: String? = nil)
    /// No such document.
    case missing
    /// This one could not be read.
    case unreadable(Fault)
}

/// One state for each key, in their order; or why there is none.
public typealias ReadReply = Result<[StoredState], RequestFailure>
