internal import Mapping

/// How a publisher's connection ends: lost, or closed.
extension Publisher {
    /// All that was sent or waits fails; the next publication connects again.
    func lost(_ reason: BrokerError.Reason, _ connection: Connection) -> SocketSleeper.Interest? {
        failAll(BrokerError(reason, endpoint: connection.place))
        if reason.leavesConnectionOpen { connection.closeElsewhere() }
        // Which endpoint is next; when, is the caller's business.
        _ = rotation.lost(random: 0)
        phase = .idle
        return closeDeadline == nil ? turn(.init()) : nil
    }

    /// Lets go of a connection on which nothing is under way; what waits goes over the next one.
    func renewed(_ connection: Connection) -> SocketSleeper.Interest? {
        // Nothing is lost; the next channel counts from 1 again.
        settle(ledger.channelLost(BrokerError(.closed, endpoint: connection.place)))
        connection.closeElsewhere()
        phase = .idle
        return turn(.init())
    }

    func beginClosing(_ connection: Connection) throws(BrokerError.Reason) -> SocketSleeper.Interest? {
        failAll(BrokerError(.closed, endpoint: connection.place))
        return turnClosing(try Farewell(connection, ClosingHandshake(openChannels: [Self.channel])))
    }

    func turnClosing(_ farewell: Farewell) -> SocketSleeper.Interest? {
        var farewell = farewell
        defer { phase = .closing(farewell) }
        return farewell.turn(&contents)
    }
}
