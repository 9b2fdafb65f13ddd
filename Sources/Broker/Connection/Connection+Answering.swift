internal import Glibc
internal import Messages
internal import Settings

/// Requests whose callers block until the answer comes.
extension Connection {
    /// What came.
    enum BlockingAnswer {
        case method(ServerMethod, channel: UInt16)
        case delivery(Delivery)
    }

    /// Connects to the first endpoint that answers. Tries each endpoint once, because a caller is waiting for the result.
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

    /// Waits for a complete message or for a method. If the broker closes the channel or the connection, confirms that and throws it, also if a message
    /// came before it: that message returns to its queue.
    func answer(into contents: inout [ContentAssembly], within time: Duration) throws(BrokerError.Reason) -> BlockingAnswer {
        let deadline = ContinuousClock.now + time
        while true {
            let reading = try nextReading(into: &contents)
            switch reading {
            case .method(.channelClose(let code, let text), let channel): try confirmChannelClose(channel, code: code, text: text)
            case .method(.connectionClose(let code, let text), _): try confirmClose(code: code, text: text)
            case .method, .bounded, .dry: break
            }
            if !contents.isEmpty, let delivery = contents[0].takeDeliveries().first {
                heldReading = reading
                return .delivery(delivery)
            }
            switch reading {
            // The broker's shortage of memory or disk does not answer the request.
            case .method(.blocked, _), .method(.unblocked, _), .bounded: try expire(deadline, time)
            case .method(let method, let channel): return .method(method, channel: channel)
            case .dry: try waitForBytes(until: deadline, answerTime: time)
            }
        }
    }

    /// What an earlier answer left, or else what is read now.
    private func nextReading(into contents: inout [ContentAssembly]) throws(BrokerError.Reason) -> Reading {
        if case .method? = heldReading, let reading = heldReading {
            heldReading = nil
            return reading
        }
        var bound = ReadBound()
        return try read(into: &contents, bound: &bound)
    }

    /// Sends a request and waits for its answer on the same channel. ``contents`` says on which channels messages may come. If the broker closes the
    /// channel or the connection, confirms that and throws it.
    func call<Method>(_ id: UInt32, _ method: inout Method, channel: UInt16) throws(BrokerError.Reason) -> ServerMethod {
        try send(id, &method, channel: channel)
        return try answer(onChannel: channel)
    }

    /// ``call(_:_:channel:)`` for a request with only one possible answer.
    func call<Method>(
        _ id: UInt32, _ method: inout Method, channel: UInt16, expecting expected: ServerMethod
    ) throws(BrokerError.Reason) {
        try send(id, &method, channel: channel)
        try expect(expected, channel: channel)
    }

    private func answer(onChannel channel: UInt16) throws(BrokerError.Reason) -> ServerMethod {
        guard case .method(let answer, channel) = try answer(into: &contents, within: Self.connectTime) else {
            throw .protocolError("an answer on another channel")
        }
        return answer
    }

    private func expect(_ expected: ServerMethod, channel: UInt16) throws(BrokerError.Reason) {
        let answer = try answer(onChannel: channel)
        guard answer == expected else { throw .protocolError("\(answer) as an answer") }
    }

    func openChannel(_ channel: UInt16) throws(BrokerError.Reason) {
        try sendChannelOpen(channel)
        try expect(.channelOpenOk, channel: channel)
    }

    /// Unacknowledged messages of the channel return to their queue.
    func closeChannel(_ channel: UInt16) throws(BrokerError.Reason) {
        try sendChannelClose(channel)
        try expect(.channelCloseOk, channel: channel)
    }

    /// Opens the channel for some requests, and closes it afterwards. Returns a refusal, with which the broker closes the channel and nothing else.
    func onChannel<Value>(
        _ channel: UInt16, _ body: () throws(BrokerError.Reason) -> Value
    ) throws(BrokerError.Reason) -> Result<Value, BrokerError.Reason> {
        try openChannel(channel)
        let value: Value
        do throws(BrokerError.Reason) {
            value = try body()
        } catch {
            guard case .channelClosed = error else { throw error }
            return .failure(error)
        }
        try closeChannel(channel)
        return .success(value)
    }

    func selectConfirms(channel: UInt16) throws(BrokerError.Reason) {
        try sendConfirmSelect(channel: channel)
        try expect(.confirmSelectOk, channel: channel)
    }

    /// Sleeps until something can be read, until the deadline, or until the next heartbeat is due, and sends that.
    func waitForBytes(until deadline: ContinuousClock.Instant, answerTime: Duration) throws(BrokerError.Reason) {
        try expire(deadline, answerTime)
        let left = max(deadline - .now, .zero)
        let patience = heartbeat.map { min(left, $0 / 2) } ?? left
        var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        let count = unsafe poll(&watched, 1, Int32(clamping: Int(patience / .milliseconds(1)) + 1))
        if count == 0, patience < left { try sendHeartbeat() }
    }

    /// Throws if the deadline is over. A peer that never stops sending can be late too.
    func expire(_ deadline: ContinuousClock.Instant, _ answerTime: Duration) throws(BrokerError.Reason) {
        guard .now < deadline else { throw .timedOut("a request within \(answerTime)") }
    }

    /// The error for the caller. Closes the connection with the handshake if the broker still considers it open.
    func ended(by reason: BrokerError.Reason, queue: String?) -> BrokerError {
        if reason.leavesConnectionOpen { closeAndWait() }
        return BrokerError(reason, endpoint: destination, queue: queue)
    }
}
