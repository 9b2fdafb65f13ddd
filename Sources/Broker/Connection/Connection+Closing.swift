internal import Glibc
internal import Threads

extension BrokerError.Reason {
    /// Warren has given the connection up, or only a channel was closed. The broker still considers the connection open, and expects the closing
    /// handshake.
    var leavesConnectionOpen: Bool {
        switch self {
        case .timedOut, .protocolError, .unsupported, .channelClosed: true
        case .unreachable, .tls, .accessRefused, .vhostNotFound, .closedByServer, .cancelledByServer, .heartbeatMissed, .socket, .closed:
            false
        }
    }
}

extension Connection {
    /// Closes the connection with the handshake, and waits for the answer at most ``GracefulClose/time``. Blocks. Channels close with the connection.
    /// Messages that are still on their way are dropped; they are unacknowledged and return to their queues. After a failed read or write, nothing is
    /// sent.
    func closeAndWait() {
        // If sending fails, the broker has already gone.
        guard !isBroken, socket >= 0, (try? sendConnectionClose()) != nil else { return }
        let deadline = ContinuousClock.now + GracefulClose.time
        while deadline > .now {
            do throws(BrokerError.Reason) {
                switch try reader.connectionMethod(from: source) {
                case .connectionClose?: return try sendConnectionCloseOk()
                case .connectionCloseOk?: return
                case nil: try waitForBytes(until: deadline, answerTime: GracefulClose.time)
                default: continue
                }
            } catch {
                return
            }
        }
    }

    /// Hands the connection to a thread of its own that closes it. Nothing else may use it any more.
    func closeElsewhere() {
        startThread(named: "broker-goodbye") { self.closeAndWait() }
    }

    /// Confirms that the broker closes the connection, and throws it.
    func confirmClose(code: UInt16, text: String) throws(BrokerError.Reason) -> Never {
        try sendConnectionCloseOk()
        throw .closedByServer(code: code, text: text)
    }

    /// Confirms that the broker closes a channel, and throws it.
    func confirmChannelClose(_ channel: UInt16, code: UInt16, text: String) throws(BrokerError.Reason) -> Never {
        try sendChannelCloseOk(channel)
        throw .channelClosed(code: code, text: text)
    }

    /// Sends the methods of a closing handshake.
    func send(_ actions: [ClosingHandshake.Action]) throws(BrokerError.Reason) {
        for action in actions {
            switch action {
            case .closeChannel(let channel): try sendChannelClose(channel)
            case .confirmChannelClose(let channel): try sendChannelCloseOk(channel)
            case .closeConnection: try sendConnectionClose()
            case .confirmConnectionClose: try sendConnectionCloseOk()
            }
        }
    }

    /// Reads everything that has come, and answers it. Messages that are still on their way are dropped; they are unacknowledged and return to their
    /// queues. Returns `false` if the handshake is complete or its time is over.
    func advance(
        _ handshake: inout ClosingHandshake, until deadline: ContinuousClock.Instant, contents: inout [ContentAssembly]
    ) throws(BrokerError.Reason) -> Bool {
        while !handshake.isComplete && deadline > .now {
            var bound = ReadBound()
            let reading = try read(into: &contents, bound: &bound)
            for index in contents.indices {
                _ = contents[index].takeDeliveries()
                _ = contents[index].takeReturns()
            }
            switch reading {
            case .dry: return true
            case .bounded: continue
            case .method(let method, let channel): try send(handshake.received(method, channel: channel))
            }
        }
        return false
    }
}
