internal import CRabbitMQ

extension Connection {
    /// Closes with the handshake and waits for the answer, as long as ``connectTime``. For connections that nobody consumes on.
    func closeAndWait() {
        unsafe handle.withState { state in
            guard unsafe amqp_get_sockfd(state) >= 0 else { return }
            _ = unsafe amqp_connection_close(state, Int32(AMQP_REPLY_SUCCESS))
        }
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
