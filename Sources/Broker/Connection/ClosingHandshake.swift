/// Closes a connection in order: first every channel, then the connection. Each is confirmed (AMQP 0-9-1, 1.4.2.10 and 1.5.2.5).
struct ClosingHandshake {
    /// What to send, in order.
    enum Action: Equatable {
        case closeChannel(UInt16)
        case confirmChannelClose(UInt16)
        case closeConnection
        case confirmConnectionClose
    }

    private let openChannels: [UInt16]
    /// Channels whose `channel.close` is not confirmed, or not sent yet.
    private var unconfirmed: Set<UInt16>
    /// Both sides have finished.
    private(set) var isComplete = false

    /// A handshake for a connection with `openChannels`, and with `closingChannels` whose `channel.close` was sent already. A second `channel.close`
    /// would be an error, because the broker no longer knows the channel.
    init(openChannels: some Sequence<UInt16>, closingChannels: some Sequence<UInt16> = []) {
        self.openChannels = openChannels.sorted()
        unconfirmed = Set(self.openChannels).union(closingChannels)
    }

    /// The first things to send.
    func begin() -> [Action] { unconfirmed.isEmpty ? [.closeConnection] : openChannels.map(Action.closeChannel) }

    /// The answers to a method of the broker. Methods that do not concern closing no longer matter.
    mutating func received(_ method: ServerMethod, channel: UInt16) -> [Action] {
        switch method {
        case .channelCloseOk: return closed(channel)
        // Both sides closed at once.
        case .channelClose: return [.confirmChannelClose(channel)] + closed(channel)
        case .connectionClose:
            isComplete = true
            return [.confirmConnectionClose]
        case .connectionCloseOk:
            isComplete = true
            return []
        default: return []
        }
    }

    private mutating func closed(_ channel: UInt16) -> [Action] {
        unconfirmed.remove(channel) != nil && unconfirmed.isEmpty ? [.closeConnection] : []
    }
}
