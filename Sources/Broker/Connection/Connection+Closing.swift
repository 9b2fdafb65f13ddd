internal import Glibc
internal import Threads

extension BrokerError.Reason {
    /// The end was our decision, or a channel's only: the broker takes the connection for alive and wants a goodbye.
    var leavesConnectionOpen: Bool {
        switch self {
        case .timedOut, .protocolError, .unsupported, .channelClosed: true
        case .unreachable, .tls, .accessRefused, .vhostNotFound, .closedByServer, .cancelledByServer, .heartbeatMissed, .socket, .closed:
            false
        }
    }
}

extension Connection {
    /// Closes with the handshake and waits for the answer, as long as ``GracefulClose/time``. Blocks. Channels close with the connection; messages that
    /// were still on their way are dropped: unacknowledged, they return to their queues. A connection that has failed is only let go of.
    func closeAndWait() {
        // If that fails, there is nobody left to say goodbye to.
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

    /// Hands the connection to a thread of its own, which says goodbye. Nothing else may use it any more.
    func closeElsewhere() {
        startThread(named: "broker-goodbye") { self.closeAndWait() }
    }

    /// Sends what a closing handshake calls for.
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

    /// Reads what there is and answers it. Messages that were still on their way are dropped: unacknowledged, they return to their queues.
    /// False: the handshake is complete, or its time is over.
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
