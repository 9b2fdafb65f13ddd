import FaultProxy

/// A fault that the ledger test injects.
enum LedgerFault: Sendable, Hashable {
    /// The daemon is killed with SIGKILL, ended in order with SIGTERM, or stopped with SIGSTOP; afterwards it runs again.
    case daemonKilled, daemonRestarted, daemonFrozen
    /// SIGHUP, with another configuration. A reload that a server does not go along with, at that moment, changes nothing.
    case daemonReloads(Reload)
    /// All dead letters are looked at so often, through the control socket: more often than a quorum queue delivers a message by default.
    case deadLettersLookedAt(times: Int)
    /// The database takes no documents, and meanwhile the daemon is ended and started so often, by turns with SIGTERM and SIGKILL.
    case daemonRestartedInOutage(times: Int)
    case brokerKilled, brokerRestarted, brokerClosesConnections
    /// The memory alarm: RabbitMQ takes nothing from connections that publish.
    case brokerAlarm
    case brokerWay(WayFault)
    case databaseAway
    /// For longer than any backoff lasts.
    case brokerAwayForLong, databaseAwayForLong
    case database(DatabaseFault)
    case databaseWay(WayFault)
    case deadLetterQueueMissing(LedgerQueue)
    /// `reject-publish`: each publication is nacked.
    case deadLetterQueuesFull

    /// What is different in the configuration.
    enum Reload: Sendable, Hashable {
        /// This one is started again.
        case prefetch(LedgerQueue, Int)
        /// Everything is created again.
        case connections(Int)
    }

    /// On the way to a server.
    enum WayFault: Sendable, Hashable {
        case now(ProxyFault)
        case atByte(ProxyFault, Int, Direction)
        case refuses
    }

    /// What the database answers to document requests, or not.
    enum DatabaseFault: Sendable, Hashable {
        /// All requests, until the fault is over.
        case answers(status: Int, errorNum: Int)
        /// So many requests as a whole.
        case fails(times: Int)
        /// Each document so often.
        case failsDocuments(errorNum: Int, times: Int)
        /// All requests; the work is done at once.
        case late(milliseconds: Int)
        case losesReplies(times: Int)
        case dropsRequests(times: Int)
        case stallsRequests(times: Int)
    }

    /// What it befalls: two faults at once befall two subjects.
    enum Subject { case daemon, broker, brokerWay, database, databaseWay }

    var subject: Subject {
        switch self {
        case .daemonKilled, .daemonRestarted, .daemonFrozen, .daemonReloads, .deadLettersLookedAt, .daemonRestartedInOutage: .daemon
        case .brokerKilled, .brokerRestarted, .brokerAwayForLong, .brokerClosesConnections, .brokerAlarm, .deadLetterQueueMissing,
            .deadLetterQueuesFull:
            .broker
        case .brokerWay: .brokerWay
        case .databaseAway, .databaseAwayForLong, .database: .database
        case .databaseWay: .databaseWay
        }
    }

    /// It befalls more than its subject, so that no other may happen at the same time.
    var isAlone: Bool { if case .daemonRestartedInOutage = self { true } else { false } }

    /// What it does is done when it has happened; there is nothing to hold.
    private var isOverAtOnce: Bool {
        switch self {
        case .daemonReloads, .deadLettersLookedAt, .brokerClosesConnections, .brokerWay(.now(.reset)), .brokerWay(.now(.finish)),
            .databaseWay(.now(.reset)),
            .databaseWay(.now(.finish)):
            true
        default: false
        }
    }

    /// How long it lasts; `nil` for as long as the plan says.
    var duration: Duration? {
        switch self {
        case .brokerAwayForLong: .seconds(30)
        case .databaseAwayForLong: .seconds(60)
        default: isOverAtOnce ? .zero : nil
        }
    }

    /// Its line in the table of faults.
    var kind: String {
        switch self {
        case .daemonKilled: "daemon: kill -9"
        case .daemonRestarted: "daemon: SIGTERM, started again"
        case .daemonFrozen: "daemon: SIGSTOP, SIGCONT"
        case .deadLettersLookedAt: "dead letters looked at"
        case .daemonRestartedInOutage: "daemon: restarted while nothing is written"
        case .daemonReloads(.prefetch): "daemon: SIGHUP, a processor changed"
        case .daemonReloads(.connections): "daemon: SIGHUP, new connections"
        case .brokerKilled: "broker: kill -9, started again"
        case .brokerRestarted: "broker: stopped, started again"
        case .brokerClosesConnections: "broker: closes all connections"
        case .brokerAlarm: "broker: memory alarm"
        case .brokerWay(let fault): "way to the broker: \(fault.kind)"
        case .databaseAway: "database: away"
        case .brokerAwayForLong: "broker: kill -9, away for half a minute"
        case .databaseAwayForLong: "database: away for a minute"
        case .database(.answers(let status, let errorNum)): "database: answers \(status)/\(errorNum)"
        case .database(.fails): "database: answers 500"
        case .database(.failsDocuments(let errorNum, _)): "database: documents fail with \(errorNum)"
        case .database(.late): "database: late"
        case .database(.losesReplies): "database: loses replies"
        case .database(.dropsRequests): "database: drops requests"
        case .database(.stallsRequests): "database: never answers"
        case .databaseWay(let fault): "way to the database: \(fault.kind)"
        case .deadLetterQueueMissing: "dead-letter queue missing"
        case .deadLetterQueuesFull: "dead-letter queues full"
        }
    }
}

extension LedgerFault: CustomStringConvertible {
    /// The kind with its numbers.
    var description: String {
        switch self {
        case .brokerWay(let fault), .databaseWay(let fault): "\(kind)\(fault.detail)"
        case .database(.fails(let times)), .database(.failsDocuments(_, let times)), .database(.losesReplies(let times)),
            .database(.dropsRequests(let times)), .database(.stallsRequests(let times)):
            "\(kind), \(times) times"
        case .database(.late(let milliseconds)): "\(kind) by \(milliseconds) ms"
        case .deadLettersLookedAt(let times), .daemonRestartedInOutage(let times): "\(kind), \(times) times"
        case .deadLetterQueueMissing(let queue): "\(kind): \(queue.deadLetterName)"
        case .daemonKilled, .daemonRestarted, .daemonFrozen, .daemonReloads, .brokerKilled, .brokerRestarted, .brokerAwayForLong,
            .brokerClosesConnections,
            .brokerAlarm, .databaseAway, .databaseAwayForLong, .database(.answers), .deadLetterQueuesFull:
            kind
        }
    }
}

extension LedgerFault.WayFault {
    fileprivate var detail: String {
        switch self {
        case .now(.stall(let directions)), .now(.blackHole(let directions)): " \(directions)"
        case .atByte(_, let byte, let direction): " \(byte) \(direction)"
        case .now(.reset), .now(.finish), .refuses: ""
        }
    }

    fileprivate var kind: String {
        switch self {
        case .now(let fault): fault.kind
        case .atByte(let fault, _, _): "\(fault.kind) at a byte"
        case .refuses: "refused"
        }
    }
}

extension ProxyFault {
    fileprivate var kind: String {
        switch self {
        case .reset: "reset"
        case .finish: "closed"
        case .stall: "stalled"
        case .blackHole: "black hole"
        }
    }
}
