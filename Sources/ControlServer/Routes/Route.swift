package import ControlMessages

/// One request that the control socket understands: its path, the level it needs, what it takes, and what it does.
///
/// The router refuses what the description does not name, so an action finds only parameters that are known and values that they take.
package struct Route: Sendable {
    /// How a request is answered.
    package enum Action: Sendable {
        /// With one reply.
        case reply(@Sendable (ControlService, ControlRequest) async throws(ControlError) -> ControlReply)
        /// With lines as things happen, until either side closes the connection.
        ///
        /// The closure passes the sink on, and returns a closure that ends the stream. That is called once, when the client is gone.
        case stream(@Sendable (ControlService, ControlRequest, LineSink) throws(ControlError) -> @Sendable () -> Void)
    }

    /// Body bytes of a request, unless its route says otherwise.
    package static let defaultBodyBytes = 64 << 10

    /// What is asked of the path. A `GET` route also answers `HEAD`.
    package let method: RequestMethod
    /// Such as `/v1/processors/{name}`.
    package let path: PathPattern
    /// The level that a peer needs.
    package let level: AccessLevel
    /// What it takes and what it is answered with.
    let description: RouteDescription
    /// Bytes that the body may have.
    package let bodyBytes: Int
    /// What is done.
    package let action: Action
    private let isChange: Bool

    /// A route that is answered with one reply.
    ///
    /// With `isChange` each attempt is logged; by default every route is a change that is not a `GET`.
    init(
        _ method: RequestMethod, _ path: String, _ level: AccessLevel, _ description: RouteDescription,
        bodyBytes: Int = Route.defaultBodyBytes,
        isChange: Bool? = nil, reply: @escaping @Sendable (ControlService, ControlRequest) async throws(ControlError) -> ControlReply
    ) {
        self.method = method
        self.path = PathPattern(path)
        self.level = level
        self.description = description
        self.bodyBytes = bodyBytes
        self.isChange = isChange ?? (method != .get)
        let body = description.body
        action = .reply { service, request throws(ControlError) in
            try Self.check(body, of: request)
            return try await reply(service, request)
        }
    }

    /// A route that is answered with a stream of lines, and takes no body.
    init(
        _ method: RequestMethod, _ path: String, _ level: AccessLevel, _ description: RouteDescription,
        stream: @escaping @Sendable (ControlService, ControlRequest, LineSink) throws(ControlError) -> @Sendable () -> Void
    ) {
        self.method = method
        self.path = PathPattern(path)
        self.level = level
        self.description = description
        bodyBytes = Route.defaultBodyBytes
        isChange = method != .get
        action = .stream { service, request, sink throws(ControlError) in
            try Self.check(nil, of: request)
            return try stream(service, request, sink)
        }
    }

    /// Media types that fit its answer; the first is the one it has.
    var mediaTypes: [String] { description.replies.first?.content.mediaTypes ?? ["application/json"] }

    /// The level that a peer needs with these parameters: never lower than ``level``.
    func level(_ query: [String: String]) -> AccessLevel {
        description.parameters.reduce(level) { level, parameter in
            query[parameter.name] == nil ? level : max(level, parameter.level ?? level)
        }
    }

    /// Whether an attempt is logged: it changes something, or needs a higher level because it is costly.
    func isLogged(query: Substring) -> Bool {
        guard !isChange else { return true }
        guard let pairs = try? Query.pairs(query) else { return false }
        return level(pairs) > level
    }

    /// A body that is not accepted, and a missing one that is needed, are refused.
    private static func check(_ body: RouteDescription.Body?, of request: ControlRequest) throws(ControlError) {
        switch body {
        case nil:
            guard request.body.isEmpty else { throw .badRequest("this request takes no body; nothing was done") }
        case .some(let body):
            guard body.isOptional || !request.body.isEmpty else {
                throw .badRequest(
                    "this request needs a body, an object with \(body.schema.members.map(\.name).joined(separator: ", ")); nothing was done"
                )
            }
        }
    }
}
