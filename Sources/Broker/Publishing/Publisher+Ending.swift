internal import Messages

/// How a publisher's connection ends: lost, or closed.
extension Publisher {
    /// All that was sent or waits fails; the next publication connects again. But if the broker takes offence at a message, the others shall not suffer
    /// for it: they are sent once more, each alone, until it is known which one it is.
    func lost(_ reason: BrokerError.Reason, _ connection: Connection) -> SocketPoller.Interest? {
        if let text = reason.offence, ledger.count > 0 { separate(text) } else { failAll(BrokerError(reason, endpoint: connection.place)) }
        if reason.leavesConnectionOpen { connection.closeElsewhere() }
        // Which endpoint is next; when, is the caller's business.
        _ = rotation.lost(after: .now - connection.openedAt, random: 0)
        phase = .idle
        return closeDeadline == nil ? turn(.init()) : nil
    }

    private func separate(_ text: String) {
        let sent = ledger.takeUnsettled()
        // Only of one that was sent alone it is known. What has expired meanwhile is not in the ledger any more.
        if sent.count == 1, sent[0].isSuspect { return settle([(sent[0], .failure(.refused(text)))]) }
        waiting =
            sent.map { suspect in
                var suspect = suspect
                suspect.isSuspect = true
                return suspect
            } + waiting
    }

    /// Lets go of a connection on which nothing is under way; what waits goes over the next one.
    func renewed(_ connection: Connection) -> SocketPoller.Interest? {
        // Nothing is lost; the next channel counts from 1 again.
        settle(ledger.channelLost(BrokerError(.closed, endpoint: connection.place)))
        connection.closeElsewhere()
        phase = .idle
        return turn(.init())
    }

    func beginClosing(_ connection: Connection) throws(BrokerError.Reason) -> SocketPoller.Interest? {
        failAll(BrokerError(.closed, endpoint: connection.place))
        return turnClosing(try GracefulClose(connection, ClosingHandshake(openChannels: [Self.channel])))
    }

    func turnClosing(_ closing: GracefulClose) -> SocketPoller.Interest? {
        var closing = closing
        defer { phase = .closing(closing) }
        return closing.turn(&contents)
    }
}

extension BrokerError.Reason {
    /// The broker's word if it closed a channel, or the connection, over what one of the messages was like.
    fileprivate var offence: String? {
        switch self {
        case .channelClosed(let code, let text) where ReplyCode(code).concernsMessage: "\(code) \(text)"
        case .closedByServer(let code, let text) where ReplyCode(code).concernsMessage: "\(code) \(text)"
        default: nil
        }
    }
}
