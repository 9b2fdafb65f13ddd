internal import CCurl
internal import Formats
internal import Messages
public import Settings
internal import Threads

/// Reads from an HTTP server that is no database, with the transport of the store. One request at a time; an answer is bounded in time and size.
public actor WebReader {
    /// What came back.
    public struct Page: Sendable, Equatable {
        /// HTTP status.
        public let status: Int
        /// The body.
        public let body: [UInt8]
    }

    /// Why nothing came back, for people.
    public struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        /// What went wrong.
        public let description: String
    }

    private let thread: ActorThread
    /// The thread, as Swift's concurrency names it.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    private let multi: MultiHandle
    private let transfer: Transfer
    private let endpoint: Endpoint
    private let serverName: String?
    private let headers: StringList
    private let answerLimit: Int

    /// Connects nothing yet. `base` is `http://host:port` or `https://host:port`.
    public init(
        base: String, username: String, password: Secret, tls: TLSSettings, timeout: Duration, answerLimit: Int
    ) throws(Failure) {
        do throws(EndpointFault) { endpoint = try Endpoint(base) } catch { throw Failure(description: error.text) }
        do throws(StoreError) {
            multi = try MultiHandle(connections: 1, pooled: 1)
            transfer = try Transfer(options: TransferOptions(timeout: timeout, tls: tls))
        } catch {
            throw Failure(description: "\(error)")
        }
        headers = StringList([
            "Accept: application/json", "User-Agent: warren",
            "Authorization: Basic " + Base64.encode("\(username):\(password.revealed)".utf8),
        ])
        serverName = tls.serverName
        self.answerLimit = answerLimit
        thread = ActorThread(name: "web-reader", sleeper: multi)
    }

    deinit { thread.end() }

    /// Gets what is at a path, whose parts are encoded here.
    public func get(_ path: [String], query: String = "") async -> Result<Page, Failure> {
        let request = Request(
            .get, path.map { "/" + $0.percentEncoded }.joined() + query, isReadOnly: true, answerLimit: answerLimit)
        transfer.prepare(
            request, base: endpoint.base(serverName: serverName), headers: headers,
            connectTo: endpoint.connectTo(serverName: serverName).map { StringList([$0]) })
        let end = await withCheckedContinuation { multi.start(transfer, $0) }
        defer { transfer.rest() }
        if let failure = end.failure(request, endpoint: endpoint.name) { return .failure(Failure(description: "\(failure.fault)")) }
        guard !end.isTooLarge else {
            return .failure(Failure(description: "the answer of \(endpoint.name) is larger than any that is expected, and was given up"))
        }
        return .success(Page(status: end.status, body: transfer.answer))
    }
}
