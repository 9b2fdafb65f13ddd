/// A misbehaviour that tests ask for: which requests, how often, and what happens to them.
public struct InjectedFault: Sendable, Equatable {
    /// What happens to a matching request.
    public enum Effect: Sendable, Equatable {
        /// The work is done at once, the answer comes this much later. Further faults of the list still apply.
        case delay(Duration)
        /// Nothing is done; this is the answer. Without an errorNum it is plain text, such as a proxy in front of the server gives.
        case answer(status: Int, errorNum: Int?, message: String)
        /// Documents of these keys (all of them if `nil`) are not touched; their elements are this error. An answer about one document has `status`, or
        /// the one that belongs to the number. ``InjectedFault/times`` counts for each key.
        ///
        /// A coordinator may leave the message out (ArangoDB.md section 2): `nil` does that.
        case failElements(keys: [String]?, errorNum: Int, message: String?, status: Int? = nil)
        /// Of an array about half the documents are written, by their keys, and the whole request fails: what a coordinator answers when one of
        /// two shards failed (ArangoDB.md section 4).
        case halfDone(status: Int, errorNum: Int?, message: String)
        /// The work is done twice, and the second time is answered: what a coordinator does after a failover (ArangoDB.md section 4).
        case repeatWrite
        /// Nothing is done; the connection is closed.
        case drop
        /// The work is done, but the connection is closed instead of answering.
        case loseReply
        /// Nothing is done, no answer ever comes; the connection stays open.
        case stall
    }

    /// What happens.
    public var effect: Effect
    /// HTTP method in upper case; `nil` for any.
    public var method: String?
    /// What the path behind `/_db/<name>` begins with, such as `/_api/document/companies`; `nil` for any.
    public var path: String?
    /// Befalls only requests that name this collection: in the path, as `collection=`, or as a query's `@collection`. Its name must be the whole
    /// one. `nil` for any.
    public var collection: String?
    /// Befalls only requests that write documents: not those that read, and none about collections, indexes or users.
    public var writesOnly: Bool
    /// Befalls only requests to this coordinator, from 0; `nil` for any.
    public var coordinator: Int?
    /// Of a hundred matching requests, so many on average, 1...99, in an order that is the same each time; `nil` for all. Not with
    /// ``Effect/failElements(keys:errorNum:message:status:)``.
    public var percent: Int?
    /// How many matching requests it affects, above 0; `nil` for all until it is removed.
    public var times: Int?
    /// Matching requests that it lets pass first. Not with ``Effect/failElements(keys:errorNum:message:status:)``.
    public var skip = 0

    /// A fault by its parts.
    public init(
        _ effect: Effect, method: String? = nil, path: String? = nil, collection: String? = nil, writesOnly: Bool = false,
        coordinator: Int? = nil, percent: Int? = nil, times: Int? = nil, skip: Int = 0
    ) {
        self.effect = effect
        self.method = method
        self.path = path
        self.collection = collection
        self.writesOnly = writesOnly
        self.coordinator = coordinator
        self.percent = percent
        self.times = times
        self.skip = skip
    }

    func matches(_ request: Request) -> Bool {
        (method.map { $0 == request.method } ?? true) && (path.map { request.path.hasPrefix($0) } ?? true)
            && (coordinator.map { $0 == request.coordinator } ?? true) && (!writesOnly || request.writesDocuments)
            && (collection.map { request.names(collection: $0) } ?? true)
    }
}
