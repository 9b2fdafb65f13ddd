internal import Settings

/// Counting the instances that consume a queue's partitions.
///
/// A partition's own consumers do not tell: of a quorum queue with a single active consumer RabbitMQ (3.10 to 4.3) counts only that one. So each instance
/// has a consumer on ``PartitionNames/instances``, which is a classic queue. It goes with the connection, as those on partitions go with theirs.
extension QueueMover {
    /// How many instances there are, this one included if `isOne`: it consumes partitions. nil: the queue is not there.
    public func instances(countingUs isOne: Bool) async throws(BrokerError) -> Int? {
        try await onThread { state throws(BrokerError.Reason) in
            try self.count(isOne, &state)
            // A number without us would be worse than none.
            guard state.countsAsInstance == isOne else { return nil }
            // Nobody has a reason to publish to it.
            _ = self.connection.contents[Int(Self.countChannel) - 1].takeDeliveries()
            // What we may not look at is as good as missing.
            return try? self.looked { channel throws(BrokerError.Reason) in
                try self.connection.look(self.names.instances, channel: channel).consumers
            }.get()
        }
    }

    /// Whether the exchange that deals messages out is there. A restart of the broker may have taken it away: see ``Partitioning/restore(onStep:)``.
    public func hasHash() async throws(BrokerError) -> Bool {
        try await onThread { _ throws(BrokerError.Reason) in
            let look = try self.looked { channel throws(BrokerError.Reason) in
                try self.connection.look(exchange: self.names.hash, channel: channel)
            }
            guard case .failure(let refusal) = look else { return true }
            return ReplyCode(refusal.code) != .notFound
        }
    }

    private func count(_ isOne: Bool, _ state: inout State) throws(BrokerError.Reason) {
        guard isOne != state.countsAsInstance else { return }
        if isOne {
            do throws(BrokerError.Reason) {
                try connection.openChannel(Self.countChannel)
                try connection.consumeUnacknowledged(names.instances, channel: Self.countChannel)
            } catch {
                // The broker has closed the channel, because the queue is not there or not ours to read: then others do not see us.
                guard case .channelClosed = error else { throw error }
                return
            }
        } else {
            try connection.closeChannel(Self.countChannel)
        }
        state.countsAsInstance = isOne
    }

    private struct Refusal: Error { let code: UInt16 }

    /// Looks on a channel opened for this, because the broker closes it if what is looked for is missing.
    private func looked<Value>(
        _ look: (UInt16) throws(BrokerError.Reason) -> Value
    ) throws(BrokerError.Reason) -> Result<Value, Refusal> {
        try connection.openChannel(Self.ownChannel)
        let value: Value
        do throws(BrokerError.Reason) {
            value = try look(Self.ownChannel)
        } catch {
            guard case .channelClosed(let code, _) = error else { throw error }
            return .failure(Refusal(code: code))
        }
        try connection.closeChannel(Self.ownChannel)
        return .success(value)
    }
}

extension Connection {
    /// Consumes a queue in which nothing lies. What comes all the same is gone when it is sent, so that it does not wait for anybody.
    fileprivate func consumeUnacknowledged(_ queue: String, channel: UInt16) throws(BrokerError.Reason) {
        try sendConsume(channel: channel, queue: queue, arguments: FieldTable(), isAcknowledged: false)
        while true {
            switch try answer(into: &contents, within: Self.connectTime) {
            case .method(.consumeOk, channel): return
            case .delivery: continue
            case .method(let method, _): throw .protocolError("\(method) as an answer to basic.consume")
            }
        }
    }
}
