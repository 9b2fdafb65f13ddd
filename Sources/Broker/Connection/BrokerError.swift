/// What went wrong with RabbitMQ, where, and what a person can do about it. Never holds a password.
public struct BrokerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Reason: Error, Sendable, Equatable {
        /// No connection: name unknown, nothing listens, no answer in time. Says which.
        case unreachable(String)
        /// The TLS handshake or a certificate file failed. Says why, and what kind of failure it is.
        case tls(String, TLSFault = .other)
        /// Wrong user name or password; the broker's text.
        case accessRefused(String)
        /// The virtual host does not exist, or this user has no access to it; the broker's text.
        case vhostNotFound(String)
        /// The broker closed the connection, with its reply code and text (AMQP 0-9-1, 1.4.2.10).
        case closedByServer(code: UInt16, text: String)
        /// The broker closed the channel, with its reply code and text (AMQP 0-9-1, 1.5.2.5).
        case channelClosed(code: UInt16, text: String)
        /// The broker cancelled the consumer: its queue was deleted or moved.
        case cancelledByServer
        /// Nothing came for two heartbeat intervals.
        case heartbeatMissed
        /// The broker did not answer in time. Says what.
        case timedOut(String)
        /// The socket failed or was closed without a handshake.
        case socket(String)
        /// The peer sent what AMQP 0-9-1 does not allow here.
        case protocolError(String)
        /// The configuration asks for something that is not possible.
        case unsupported(String)
        /// Warren closed the connection meanwhile.
        case closed
    }

    /// Whether a retry may help.
    public enum Advice: Sendable, Equatable {
        /// It heals by itself.
        case retry
        /// It fails until the configuration or the broker is changed. A retry does no harm.
        case intervene
    }

    /// The kind.
    public let reason: Reason
    /// `host:port` of the broker.
    public let endpoint: String
    /// The queue, if the error concerns one.
    public let queue: String?

    /// An error by its parts.
    package init(_ reason: Reason, endpoint: String, queue: String? = nil) {
        self.reason = reason
        self.endpoint = endpoint
        self.queue = queue
    }

    /// Whether a retry may help.
    public var advice: Advice {
        switch reason {
        case .accessRefused, .vhostNotFound, .tls, .unsupported: .intervene
        case .channelClosed(let code, let text), .closedByServer(let code, let text):
            BrokerComplaint(code: code, text: text).needsSomebody ? .intervene : .retry
        case .unreachable, .cancelledByServer, .heartbeatMissed, .timedOut, .socket, .protocolError, .closed: .retry
        }
    }

    /// What failed, where, why, and what to do.
    public var description: String {
        let subject = queue.map { "queue '\($0)' at RabbitMQ \(endpoint)" } ?? "RabbitMQ \(endpoint)"
        return "\(subject): \(explanation)"
    }

    /// What failed and what to do about it, without the queue and the endpoint.
    public var explanation: String { remedy.isEmpty ? fault : "\(fault). \(remedy)" }

    /// What failed, without the queue, the endpoint and the remedy.
    public var fault: String {
        switch reason {
        case .unreachable(let text): "cannot connect: \(text)"
        case .tls(let text, _): "TLS failed: \(text)"
        case .accessRefused(let text): "login refused: \(text)"
        case .vhostNotFound(let text): "virtual host refused: \(text)"
        case .closedByServer(let code, let text): "the broker closed the connection: \(code) \(text)"
        case .channelClosed(let code, let text) where BrokerComplaint(code: code, text: text) == .stream:
            "the queue is a stream, and is not consumed: \(code) \(text)"
        case .channelClosed(let code, let text): "the broker closed the channel: \(code) \(text)"
        case .cancelledByServer:
            "the broker cancelled the consumer: the queue was deleted or is moving to another node, or deliveries were held longer than its consumer timeout"
        case .heartbeatMissed: "connection lost: no sign of life for two heartbeats"
        case .timedOut(let what): "no answer to \(what)"
        case .socket(let text): "connection lost: \(text)"
        case .protocolError(let text): "protocol violated: \(text)"
        case .unsupported(let text): text
        case .closed: "closed on our own request"
        }
    }

    private var remedy: String {
        switch reason {
        case .unreachable: "Check [rabbitmq] endpoints, and that the broker runs and its port is open"
        case .tls(_, let fault): fault.remedy
        case .accessRefused: "Check [rabbitmq] username and password, or those in the endpoint"
        case .vhostNotFound(let text): BrokerComplaint(code: ReplyCode.notAllowed.number, text: text).remedy
        case .channelClosed(let code, let text), .closedByServer(let code, let text): BrokerComplaint(code: code, text: text).remedy
        case .cancelledByServer, .heartbeatMissed, .timedOut, .socket, .protocolError, .unsupported, .closed: ""
        }
    }

    /// A limit of the broker is reached. Each retry costs the broker a login, and only a person can help.
    var isLimit: Bool {
        switch reason {
        case .closedByServer(let code, let text): BrokerComplaint(code: code, text: text).isLimit
        default: false
        }
    }
}

/// The broker's reply codes that Warren distinguishes (AMQP 0-9-1, 1.2).
struct ReplyCode: Equatable {
    static let accessRefused = ReplyCode(403)
    static let notFound = ReplyCode(404)
    static let resourceLocked = ReplyCode(405)
    static let preconditionFailed = ReplyCode(406)
    static let connectionForced = ReplyCode(320)
    static let commandInvalid = ReplyCode(503)
    static let notAllowed = ReplyCode(530)
    static let internalError = ReplyCode(541)

    /// True for codes with which the broker refuses a message itself: it is too large, or its properties are not accepted.
    var concernsMessage: Bool { [311, 406, 501, 502].contains(number) }

    let number: UInt16

    init(_ number: UInt16) { self.number = number }
}
