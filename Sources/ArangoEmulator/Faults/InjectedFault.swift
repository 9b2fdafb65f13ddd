/// A misbehaviour that tests ask for: which requests, how often, and what happens to them.
public struct InjectedFault: Sendable, Equatable {
    /// What happens to a matching request.
    public enum Effect: Sendable, Equatable {
        /// The work is done at once, the answer comes this much later. Further faults of the list still apply.
        case delay(Duration)
        /// Nothing is done; this is the answer. Without an errorNum it is plain text, such as a proxy in front of the server gives.
        case answer(status: Int, errorNum: Int?, message: String)
        /// Documents of these keys (nil: all) are not touched; their elements are this error, a request for one such document is answered
        /// with status 500. ``InjectedFault/times`` counts for each key. Not with ``ArangoEmulator/Configuration/isNull``.
        case failElements(keys: [String]?, errorNum: Int, message: String)
        /// Nothing is done; the connection is closed.
        case drop
        /// The work is done, but the connection is closed instead of answering.
        case loseReply
        /// Nothing is done, no answer ever comes; the connection stays open.
        case stall
    }

    /// What happens.
    public var effect: Effect
    /// HTTP method in upper case; nil: any.
    public var method: String?
    /// What the path behind `/_db/<name>` begins with, such as `/_api/document/companies`; nil: any.
    public var path: String?
    /// How many matching requests it befalls, above 0; nil: all until it is taken back.
    public var times: Int?
    /// Matching requests that it lets pass first. Not with ``Effect/failElements(keys:errorNum:message:)``.
    public var skip = 0

    /// A fault by its parts.
    public init(_ effect: Effect, method: String? = nil, path: String? = nil, times: Int? = nil, skip: Int = 0) {
        self.effect = effect
        self.method = method
        self.path = path
        self.times = times
        self.skip = skip
    }

    func matches(_ request: Request) -> Bool {
        (method.map { $0 == request.method } ?? true) && (path.map { request.path.hasPrefix($0) } ?? true)
    }
}
