/// One request that the control socket understands: what it is called, who may, and what is done.
///
/// A change is whatever needs more than ``AccessLevel/observe``; each try at one is logged.
public struct Route: Sendable {
    /// What may be asked of a path.
    public enum Method: String, Sendable {
        case get = "GET"
        case put = "PUT"
        case post = "POST"
    }

    /// How a request is answered.
    public enum Action: Sendable {
        /// With one reply.
        case reply(@Sendable (ControlRequest) async throws(ControlError) -> ControlReply)
        /// With lines as things happen, until either side has enough.
        ///
        /// The closure hands the sink to whoever knows of things, and returns what ends that; it is called once, when the client is gone.
        case stream(@Sendable (ControlRequest, LineSink) throws(ControlError) -> @Sendable () -> Void)
    }

    /// Body bytes of a request, unless its route says otherwise.
    public static let defaultBodyBytes = 64 << 10

    /// What is asked of the path. A `GET` route also answers `HEAD`.
    public let method: Method
    /// Such as `/v1/processors/{name}`.
    public let path: PathPattern
    /// Who may.
    public let level: AccessLevel
    /// Who may, if the query makes more of it.
    private let needs: (@Sendable ([String: String]) -> AccessLevel)?
    /// Bytes that the body may have.
    public let bodyBytes: Int
    /// Media types that fit its answer; the first is the one it has.
    public let mediaTypes: [String]
    /// What is done.
    public let action: Action

    /// A route that is answered with one reply.
    public init(
        _ method: Method, _ path: String, _ level: AccessLevel, bodyBytes: Int = Route.defaultBodyBytes,
        mediaTypes: [String] = ["application/json"], needs: (@Sendable (_ query: [String: String]) -> AccessLevel)? = nil,
        reply: @escaping @Sendable (ControlRequest) async throws(ControlError) -> ControlReply
    ) {
        self.init(
            method: method, path: PathPattern(path), level: level, bodyBytes: bodyBytes, mediaTypes: mediaTypes, action: .reply(reply),
            needs: needs)
    }

    /// A route that is answered with a stream of lines.
    public init(
        _ method: Method, _ path: String, _ level: AccessLevel,
        stream: @escaping @Sendable (ControlRequest, LineSink) throws(ControlError) -> @Sendable () -> Void
    ) {
        // Each line is JSON.
        let types = [ConnectionHandler.streamType, "application/json"]
        self.init(method: method, path: PathPattern(path), level: level, bodyBytes: 0, mediaTypes: types, action: .stream(stream))
    }

    /// Who may ask with this query: never fewer rights than ``level``.
    func level(_ query: [String: String]) -> AccessLevel { max(level, needs?(query) ?? level) }

    private init(
        method: Method, path: PathPattern, level: AccessLevel, bodyBytes: Int, mediaTypes: [String], action: Action,
        needs: (@Sendable ([String: String]) -> AccessLevel)? = nil
    ) {
        self.method = method
        self.path = path
        self.level = level
        self.bodyBytes = bodyBytes
        self.mediaTypes = mediaTypes
        self.action = action
        self.needs = needs
    }
}
