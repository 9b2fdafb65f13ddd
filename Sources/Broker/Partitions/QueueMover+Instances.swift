internal import Settings

/// Counts the instances that consume a queue's partitions.
///
/// The consumers of a partition do not show it: for a quorum queue with single active consumer, RabbitMQ (3.10 to 4.3) counts only the active one. So
/// each instance also consumes ``PartitionNames/instances``, a classic queue. Such a consumer ends with its connection, like those on partitions.
extension QueueMover {
    /// The number of instances, including this one if `isOne`, which means that it consumes partitions. `nil` if the queue does not exist.
    public func instances(countingUs isOne: Bool) async throws(BrokerError) -> Int? {
        try await onThread { state throws(BrokerError.Reason) in
            try self.count(isOne, &state)
            // A number that excludes this instance would be worse than none.
            guard state.countsAsInstance == isOne else { return nil }
            // Nobody publishes to this queue.
            _ = self.connection.contents[Int(Self.countChannel) - 1].takeDeliveries()
            // A queue that Warren must not look at counts as missing.
            let result = try self.connection.onChannel(Self.ownChannel) { () throws(BrokerError.Reason) in
                try self.connection.look(self.names.instances, channel: Self.ownChannel).consumers
            }
            return if case .success(let consumers) = result { consumers } else { nil }
        }
    }

    /// Whether the hash exchange exists. A restart of the broker may have deleted it: see ``Partitioning/restore(onStep:)``.
    public func hasHash() async throws(BrokerError) -> Bool {
        try await onThread { _ throws(BrokerError.Reason) in
            let result = try self.connection.onChannel(Self.ownChannel) { () throws(BrokerError.Reason) in
                try self.connection.look(exchange: self.names.hash, channel: Self.ownChannel)
            }
            guard case .failure(.channelClosed(let code, _)) = result else { return true }
            return ReplyCode(code) != .notFound
        }
    }

    private func count(_ isOne: Bool, _ state: inout State) throws(BrokerError.Reason) {
        guard isOne != state.countsAsInstance else { return }
        if isOne {
            do throws(BrokerError.Reason) {
                try connection.openChannel(Self.countChannel)
                try connection.consumeUnacknowledged(names.instances, channel: Self.countChannel)
            } catch {
                // The broker has closed the channel, because the queue is missing or Warren must not read it. Then other instances do not see this
                // one.
                guard case .channelClosed = error else { throw error }
                return
            }
        } else {
            try connection.closeChannel(Self.countChannel)
        }
        state.countsAsInstance = isOne
    }
}

extension Connection {
    /// Consumes a queue that stays empty. It consumes without acknowledgements, so that a message that comes nevertheless is gone.
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
