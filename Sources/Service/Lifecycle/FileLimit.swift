internal import Broker
internal import ControlServer
internal import Glibc
public import Settings

/// How many files and sockets the process may have open at once (RLIMIT_NOFILE, `ulimit -n`, systemd's `LimitNOFILE=`), and how many a
/// configuration needs.
public struct FileLimit: Sendable, Equatable {
    /// Clients of the control socket that are served if the limit allows.
    public static let mostClients = ServerLimits().connections
    /// Clients for which there must be room: those reserved for administrators, and as many for everyone.
    static let leastClients = 2 * ServerLimits().reservedConnections

    /// What the process has open besides: standard streams, the event loops of Swift's pool and the control server, listening sockets and their
    /// lock, journal, notification, the record in the state directory; what is open for a moment, such as certificates and look-ups; and clients
    /// that are being refused, or only asked after the service's health.
    private static let own = 32 + ServerLimits().mostOpen - mostClients
    /// Clients of a listener on TCP, which has slots of its own.
    private static func networkClients(_ settings: Settings) -> Int { settings.metrics.listen == nil ? 0 : ServerLimits.network.mostOpen }
    /// Socket and wake-up of a connection to the broker, and what a look-up needs.
    private static let brokerConnection = 3
    /// One consumes, one is for what clients of the control socket want of dead letters; and there is one for each dead-letter queue and for each
    /// exchange of onward messages.
    private static func brokerConnections(_ settings: Settings) -> Int {
        let letterQueues = settings.deadLetter.enabled ? Set(settings.processors.map { Exact($0.queue) }).count : 0
        let exchanges = Set(settings.processors.compactMap { $0.emit.map { Exact($0.exchange) } }).count
        return 2 + min(letterQueues, PublisherPool.mostConnections) + min(exchanges, PublisherPool.mostConnections)
    }
    /// The pool keeps so many for each coordinator, see `DocumentStore`; and its wake-up.
    private static func databaseConnections(_ settings: ArangoDBSettings) -> Int {
        (settings.connections + 2) * settings.endpoints.count + 4
    }

    /// Below it the service cannot work: one configuration in force, another one that is about to replace it, and a few clients.
    public let least: Int
    /// With this many nothing is ever refused.
    public let wanted: Int

    /// What a configuration needs.
    public init(_ settings: Settings) {
        let engine = Self.brokerConnection * Self.brokerConnections(settings) + Self.databaseConnections(settings.arangodb)
        least = Self.own + Self.networkClients(settings) + 2 * engine + Self.leastClients
        wanted = least - Self.leastClients + Self.mostClients
    }

    /// What to do about a limit.
    enum Verdict: Equatable {
        /// Nothing.
        case enough
        /// Raise the limit to this.
        case raise(to: Int)
        /// It cannot be more than `limit`, which is enough for so many clients.
        case few(limit: Int, clients: Int)
        /// It cannot be more than this, and that is not enough to work.
        case tooFew(Int)
    }

    /// The parent process sets how many files this one may open, and how far it may raise that by itself.
    func judge(soft: Int, hard: Int) -> Verdict {
        if soft >= wanted { return .enough }
        if hard >= wanted { return .raise(to: wanted) }
        let most = max(soft, hard)
        return most < least ? .tooFew(most) : .few(limit: most, clients: Self.mostClients - (wanted - most))
    }

    /// Raises the limit as far as it is needed and allowed; returns how many clients of the control socket there is room for.
    ///
    /// Throws a ``StartError`` if the process may open fewer files than the configuration needs.
    public func ensure() throws(StartError) -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return Self.mostClients }
        let (soft, hard) = (Int(clamping: limit.rlim_cur), Int(clamping: limit.rlim_max))
        switch judge(soft: soft, hard: hard) {
        case .enough: return Self.mostClients
        case .raise(let number):
            guard Self.raise(&limit, to: number) else { return try settle(judge(soft: soft, hard: soft)) }
            return Self.mostClients
        case .few(let number, _) where number > soft && Self.raise(&limit, to: number): return try settle(judge(soft: number, hard: number))
        case .few: return try settle(judge(soft: soft, hard: soft))
        case .tooFew(let number): throw tooFew(number)
        }
    }

    /// For a limit that stays as it is.
    private func settle(_ verdict: Verdict) throws(StartError) -> Int {
        switch verdict {
        case .enough, .raise: return Self.mostClients
        case .few(_, let clients): return clients
        case .tooFew(let number): throw tooFew(number)
        }
    }

    private static func raise(_ limit: inout rlimit, to number: Int) -> Bool {
        limit.rlim_cur = rlim_t(number)
        return unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
    }

    private func tooFew(_ number: Int) -> StartError {
        .configuration(
            "the process may have \(number) files and sockets open at once, and this configuration needs \(least). "
                + "Raise the hard limit to \(wanted) or more (ulimit -n, LimitNOFILE= in the unit, --ulimit nofile= of a container)")
    }
}
