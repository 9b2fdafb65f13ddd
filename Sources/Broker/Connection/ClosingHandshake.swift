/// Leaving as the protocol wants it: every channel closed, then the connection, each confirmed (AMQP 0-9-1, 1.4.2.10 and 1.5.2.5).
struct ClosingHandshake {
    /// What to send, in order.
    enum Action: Equatable {
        case closeChannel(UInt16)
        case confirmChannelClose(UInt16)
        case closeConnection
        case confirmConnectionClose
    }

    private let openChannels: [UInt16]
    /// `channel.close` is sent, or will be, and not confirmed.
    private var unconfirmed: Set<UInt16>
    /// Both sides are done.
    private(set) var isComplete = false

    /// A handshake for a connection with these channels open, and with others for which `channel.close` was sent already. A second one would name
    /// a channel that the broker does not know any more, which is an error.
    init(openChannels: some Sequence<UInt16>, closingChannels: some Sequence<UInt16> = []) {
        self.openChannels = openChannels.sorted()
        unconfirmed = Set(self.openChannels).union(closingChannels)
    }

    /// The first things to send.
    func begin() -> [Action] { unconfirmed.isEmpty ? [.closeConnection] : openChannels.map(Action.closeChannel) }

    /// What the broker's method calls for. Everything that does not concern closing has lost its meaning.
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
