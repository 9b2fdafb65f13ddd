internal import CRabbitMQ
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
    /// Closes with the handshake and waits for the answer, as long as ``Farewell/time``. Blocks. Channels close with the connection; messages that
    /// were still on their way are dropped: unacknowledged, they return to their queues.
    func closeAndWait() {
        // If that fails, there is nobody left to say goodbye to.
        guard socket >= 0, (try? sendConnectionClose()) != nil else { return }
        let deadline = ContinuousClock.now + Farewell.time
        unsafe handle.withState { state in
            var frame = unsafe amqp_frame_t()
            while deadline > .now {
                var patience = timeval(deadline - .now)
                guard unsafe amqp_simple_wait_frame_noblock(state, &frame, &patience) == AMQP_STATUS_OK.rawValue else { return }
                // Nothing of the frame is kept.
                unsafe amqp_maybe_release_buffers(state)
                guard unsafe Int32(frame.frame_type) == AMQP_FRAME_METHOD else { continue }
                let method = unsafe frame.payload.method.id
                if method == AMQP_CONNECTION_CLOSE_METHOD { try? sendConnectionCloseOk() }
                if method == AMQP_CONNECTION_CLOSE_METHOD || method == AMQP_CONNECTION_CLOSE_OK_METHOD { return }
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
