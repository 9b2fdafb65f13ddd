internal import Settings

/// An open connection that is logged in.
///
/// librabbitmq opens it, logs in and sends. ``FrameReader`` reads everything after the login. So librabbitmq decodes no message, and a message that
/// it could not decode does no harm.
///
/// `@unchecked Sendable`: only one thread uses it at a time. The thread that opens it hands it over through a lock to the thread that keeps it, and
/// never touches it again.
final class Connection: @unchecked Sendable {
    /// The largest frame that Warren asks for: RabbitMQ's default.
    static let frameBytes: Int32 = 131_072
    /// How long connecting (with TLS) may take, and then again logging in.
    static let connectTime: Duration = .seconds(10)
    /// The trusted authorities if none are configured. OpenSSL's own default does not serve, because the static binary was built on another system.
    static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"

    let handle: ConnectionHandle
    /// What it is connected to: `host:port`, and the address if the host is a name that was resolved.
    let destination: String
    /// The user who is logged in.
    let username: String
    /// The server's certificate contains its name only in the CN of its subject.
    var isNamedBySubject = false
    var source = unsafe ByteSource(socket: -1, tls: nil)
    var reader: FrameReader
    /// What both sides agreed on; `nil` if they agreed on none.
    var heartbeat: Duration?
    var heartbeats = HeartbeatTimer(agreed: nil, now: .now)
    /// When the login was finished.
    var openedAt = ContinuousClock.now
    /// When the last byte came.
    var lastHeard = ContinuousClock.now
    /// Messages that may come while ``call(_:_:channel:)`` waits for its answer, number n on channel n + 1. If empty, no message may come.
    var contents: [ContentAssembly] = []
    /// Why reading stopped behind the message that ``answer(into:within:)`` returned last. A method is the next answer.
    var heldReading: Reading?
    /// Reading or sending has failed. The connection is only destroyed, neither read nor written any more.
    var isBroken = false

    /// Connects and logs in at the first address of the endpoint where that succeeds, as long as `isWanted`. Blocks as long as ``init(_:)`` for each
    /// address.
    static func opened(_ parameters: ConnectionParameters, while isWanted: () -> Bool = { true }) throws(BrokerError) -> Connection {
        var failure: BrokerError?
        for target in parameters.targets where failure == nil || isWanted() {
            do throws(BrokerError) {
                return try Connection(target)
            } catch {
                failure = error
            }
        }
        throw failure ?? BrokerError(.unreachable("the host has no address"), endpoint: parameters.destination)
    }

    /// Connects and logs in. Blocks at most ``connectTime`` for each of the two, and as long as a name look-up takes.
    init(_ parameters: ConnectionParameters) throws(BrokerError) {
        destination = parameters.destination
        username = parameters.username
        reader = FrameReader(agreedBytes: Int(Self.frameBytes))
        do throws(BrokerError.Reason) {
            guard let handle = ConnectionHandle() else { throw .socket("out of memory") }
            self.handle = handle
            let tls = try unsafe openSocket(parameters)
            try logIn(parameters)
            try unsafe beginReading(tls: tls)
        } catch {
            throw BrokerError(error, endpoint: parameters.destination)
        }
    }
}
