internal import Glibc
internal import Messages
internal import Settings

/// One answer at a time, for callers that may block.
extension Connection {
    /// What came.
    enum BlockingAnswer {
        case method(ServerMethod, channel: UInt16)
        case delivery(Delivery)
    }

    /// Connects to the first endpoint that answers. Once round is enough for something that somebody waits for.
    static func first(
        of settings: RabbitMQSettings, name: String, channels: Int = 1, sendTime: Duration? = nil
    ) throws(BrokerError) -> Connection {
        var failure: BrokerError?
        for index in settings.endpointOrder.arrange(Array(settings.endpoints.indices)) {
            let endpoint = settings.endpoints[index]
            let parameters = ConnectionParameters(settings, endpoint: endpoint, name: name, channels: channels, sendTime: sendTime)
            do throws(BrokerError) {
                return try Connection.opened(parameters)
            } catch {
                failure = error
            }
        }
        throw failure ?? BrokerError(.unsupported("no endpoint is configured"), endpoint: "")
    }

    /// Waits for a whole message, or for a method. A channel or connection that the broker closes is confirmed, and thrown.
    func answer(into contents: inout [ContentAssembly], within time: Duration) throws(BrokerError.Reason) -> BlockingAnswer {
        let deadline = ContinuousClock.now + time
        while true {
            var bound = ReadBound()
            let reading = try read(into: &contents, bound: &bound)
            if !contents.isEmpty, let delivery = contents[0].takeDeliveries().first { return .delivery(delivery) }
            switch reading {
            case .method(.channelClose(let code, let text), let channel):
                try sendChannelCloseOk(channel)
                throw .channelClosed(code: code, text: text)
            case .method(.connectionClose(let code, let text), _):
                try sendConnectionCloseOk()
                throw .closedByServer(code: code, text: text)
            // The broker's shortage of memory or disk is no answer to anything.
            case .method(.blocked, _), .method(.unblocked, _), .bounded: try expire(deadline, time)
            case .method(let method, let channel): return .method(method, channel: channel)
            case .dry: try waitForBytes(until: deadline, answerTime: time)
            }
        }
    }

    /// Sends a request and waits for its answer on the same channel. Messages may only come as ``contents`` says. A channel or connection that the broker closes
    /// is confirmed, and thrown.
    func call<Method>(_ id: UInt32, _ method: inout Method, channel: UInt16) throws(BrokerError.Reason) -> ServerMethod {
        try send(id, &method, channel: channel)
        guard case .method(let answer, channel) = try answer(into: &contents, within: Self.connectTime) else {
            throw .protocolError("an answer on another channel")
        }
        return answer
    }

    /// ``call(_:_:channel:)`` for a request that can be answered in one way only.
    func call<Method>(
        _ id: UInt32, _ method: inout Method, channel: UInt16, expecting expected: ServerMethod
    ) throws(BrokerError.Reason) {
        let answer = try call(id, &method, channel: channel)
        guard answer == expected else { throw .protocolError("\(answer) as an answer") }
    }

    /// Sleeps until something can be read, the deadline, or the next heartbeat of ours is due, which it sends.
    func waitForBytes(until deadline: ContinuousClock.Instant, answerTime: Duration) throws(BrokerError.Reason) {
        try expire(deadline, answerTime)
        let left = max(deadline - .now, .zero)
        let patience = heartbeat.map { min(left, $0 / 2) } ?? left
        var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        let count = unsafe poll(&watched, 1, Int32(clamping: Int(patience / .milliseconds(1)) + 1))
        if count == 0, patience < left { try sendHeartbeat() }
    }

    /// A peer that never stops sending is too late all the same.
    func expire(_ deadline: ContinuousClock.Instant, _ answerTime: Duration) throws(BrokerError.Reason) {
        guard .now < deadline else { throw .timedOut("a request within \(answerTime)") }
    }

    /// The error for the caller; the connection is closed with the handshake if the broker takes it for alive.
    func ended(by reason: BrokerError.Reason, queue: String?) -> BrokerError {
        if reason.leavesConnectionOpen { closeAndWait() }
        return BrokerError(reason, endpoint: place, queue: queue)
    }
}
