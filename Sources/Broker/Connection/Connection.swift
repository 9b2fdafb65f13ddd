internal import Settings

/// An open connection, logged in.
///
/// librabbitmq opens it, logs in and sends; everything that comes after the login is read by ``FrameReader``. So librabbitmq decodes no message, and what
/// it cannot decode cannot end anything.
///
/// `@unchecked Sendable`: it is used by one thread at a time. The thread that opens it hands it over, through a lock, to the one that keeps it,
/// and never touches it again.
final class Connection: @unchecked Sendable {
    /// The largest frame we ask for; RabbitMQ's own default.
    static let frameBytes: Int32 = 131_072
    /// How long connecting with TLS, and then logging in, may each take.
    static let connectTime: Duration = .seconds(10)
    /// Authorities to trust where none are configured: OpenSSL's own default is not asked, because the static binary was built elsewhere.
    static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"

    let handle: ConnectionHandle
    /// `host:port`.
    let place: String
    /// Who has logged in.
    let username: String
    /// The server's certificate names it in its subject's CN only.
    var isNamedBySubject = false
    var source = unsafe ByteSource(socket: -1, tls: nil)
    var reader: FrameReader
    /// What both sides agreed on; `nil`: none.
    var heartbeat: Duration?
    /// When the login was done.
    var openedAt = ContinuousClock.now
    /// When the last byte came.
    var lastHeard = ContinuousClock.now
    /// What may come while ``call(_:_:channel:)`` waits for its answer, number n on channel n + 1. Empty: no message may.
    var contents: [ContentAssembly] = []
    /// Reading or sending has failed: the connection is only let go of, neither read nor written any more.
    var isBroken = false

    /// Connects and logs in at the first address of the endpoint that lets us, as long as `isWanted`. Blocks, for each address as long as
    /// ``init(_:)`` does.
    static func opened(_ parameters: ConnectionParameters, while isWanted: () -> Bool = { true }) throws(BrokerError) -> Connection {
        var failure: BrokerError?
        for target in parameters.targets where failure == nil || isWanted() {
            do throws(BrokerError) {
                return try Connection(target)
            } catch {
                failure = error
            }
        }
        throw failure ?? BrokerError(.unreachable("the host has no address"), endpoint: parameters.place)
    }

    /// Connects and logs in. Blocks, at most ``connectTime`` for each of the two, and as long as a name look-up takes.
    init(_ parameters: ConnectionParameters) throws(BrokerError) {
        place = parameters.place
        username = parameters.username
        reader = FrameReader(agreedBytes: Int(Self.frameBytes))
        do throws(BrokerError.Reason) {
            guard let handle = ConnectionHandle() else { throw .socket("out of memory") }
            self.handle = handle
            let tls = try unsafe openSocket(parameters)
            try logIn(parameters)
            try unsafe beginReading(tls: tls)
        } catch {
            throw BrokerError(error, endpoint: parameters.place)
        }
    }
}
