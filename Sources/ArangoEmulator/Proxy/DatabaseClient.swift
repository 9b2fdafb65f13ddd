internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Asks a server as an administrator does: to set up what a test needs, and to look at what is stored.
///
/// It blocks the caller's thread until the answer is there. What answers has threads of its own, so this also works on Swift's pool.
public final class DatabaseClient: Sendable {
    /// Where it asks, and as whom.
    public let server: ServerAddress
    private let loop: any EventLoop
    private let connection: Mutex<UpstreamConnection?> = Mutex(nil)

    /// Connects with the first request.
    public init(_ server: ServerAddress) {
        self.server = server
        loop = MultiThreadedEventLoopGroup.singleton.next()
    }

    deinit {
        guard let connection = connection.withLock(\.self) else { return }
        loop.execute { connection.close() }
    }

    /// Sends a request with the credentials of ``server``, after those of other threads. Asks once more if the connection that was kept has ended.
    ///
    /// - Parameter target: path and query, such as `/_db/companies/_api/collection`.
    /// - Returns: the answer; with status 0 if none came.
    @discardableResult
    public func perform(_ method: String, _ target: String, body: String = "") -> DatabaseAnswer {
        let request = Request(method: method, target: target, headers: [("authorization", server.authorization)], body: Array(body.utf8))
        return connection.withLock { connection in
            let isKept = connection != nil
            if let response = answer(request, &connection) ?? (isKept ? answer(request, &connection) : nil) {
                return DatabaseAnswer(response)
            }
            return DatabaseAnswer(Response(status: 0, body: Array("no answer from \(server.url)".utf8)))
        }
    }

    private func answer(_ request: Request, _ kept: inout UpstreamConnection?) -> Response? {
        let connection = kept ?? UpstreamConnection(to: server, on: loop)
        let promise = loop.makePromise(of: Response?.self)
        loop.execute { connection.send(request) { promise.succeed($0) } }
        // The promise is always kept, and never with an error.
        let response = try? promise.futureResult.wait()
        kept = response == nil ? nil : connection
        return response
    }
}
