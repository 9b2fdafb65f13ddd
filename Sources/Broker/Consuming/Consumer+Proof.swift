/// Checks queues that deliver nothing, on a channel of its own.
extension Consumer {
    /// The last channel that both sides agreed on. The channels of subscriptions begin at 1.
    func proofChannel(_ connection: Connection) -> UInt16 {
        connection.channelLimit == 0 ? .max : UInt16(clamping: connection.channelLimit)
    }

    /// If the broker allows no channel for it, Warren assumes that it consumes.
    func mayProve(_ connection: Connection) -> Bool {
        cancelDeadline == nil && proofChannel(connection) > subscriptions.count
    }

    func receiveOnProofChannel(_ method: ServerMethod, _ connection: Connection) throws(BrokerError.Reason) {
        let actions: [QueueProbe.Action]
        switch method {
        case .channelOpenOk: return
        case .channelCloseOk: return proof.closeOk()
        case .channelClose: actions = proof.channelClosed()
        case .declareOk(let ready, let consumers):
            do throws(ProtocolViolation) {
                actions = try proof.declared(QueueDepth(messages: ready, consumers: consumers))
            } catch {
                throw .protocolError(error.text)
            }
        default: throw .protocolError("\(method) on channel \(proofChannel(connection))")
        }
        try perform(actions, connection)
    }

    func perform(_ actions: [QueueProbe.Action], _ connection: Connection) throws(BrokerError.Reason) {
        let proofChannel = proofChannel(connection)
        for action in actions {
            switch action {
            case .look(let index): try connection.sendLook(channel: proofChannel, queue: subscriptions[index].queue)
            case .lookAtLetters(let index):
                try connection.sendLook(channel: proofChannel, queue: subscriptions[index].deadLetterQueue ?? "")
            case .letters(let index, let ready): onEvent(.letters(subscriptions[index].processor, ready: ready))
            case .closeChannel: try connection.sendChannelClose(proofChannel)
            case .confirmClose: try connection.sendChannelCloseOk(proofChannel)
            case .depth(let index, let depth):
                pace.looked(ready: depth.messages, prefetch: subscriptions[index].prefetch, at: .now)
                onEvent(.depth(subscriptions[index].processor, depth))
            case .unproven(let index, let ready): onEvent(.unproven(subscriptions[index].processor, ready: ready))
            }
        }
    }
}
