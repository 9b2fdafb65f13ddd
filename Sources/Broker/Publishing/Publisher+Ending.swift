internal import Messages

/// How a publisher's connection ends: it is lost, renewed or closed.
extension Publisher {
    /// Everything that was sent or waits fails, and the next publication connects again. But if the broker has closed the channel because of a
    /// message, the others must not fail with it: each is sent once more, alone, until it is known which one it is.
    func lost(_ connection: Connection, _ reason: BrokerError.Reason) {
        if let text = reason.offence, ledger.count > 0 {
            separate(text)
        } else {
            failAll(BrokerError(reason, endpoint: connection.destination))
        }
    }

    /// Callers get the error as soon as every endpoint has failed, and wait themselves before they try again.
    func loginFailed(_ error: BrokerError, wait: Duration) { if wait > .zero { failAll(error) } }

    private func separate(_ text: String) {
        let sent = ledger.takeUnsettled()
        // A message that was sent alone is the reason. Expired publications are no longer in the ledger.
        if sent.count == 1, sent[0].isSuspect { return settle([(sent[0], .failure(.refused(text)))]) }
        waiting =
            sent.map { suspect in
                var suspect = suspect
                suspect.isSuspect = true
                return suspect
            } + waiting
    }

    /// Gives up a connection on which nothing is under way. Waiting publications use the next one.
    func renewed(_ connection: Connection) -> ConnectionUse {
        // This fails no publication, but the next channel counts from 1 again.
        settle(ledger.channelLost(BrokerError(.closed, endpoint: connection.destination)))
        return .renew
    }

    func beginClosing(_ connection: Connection) throws(BrokerError.Reason) -> ConnectionUse {
        failAll(BrokerError(.closed, endpoint: connection.destination))
        return .close(try GracefulClose(connection, ClosingHandshake(openChannels: [Self.channel]), contents))
    }
}

extension BrokerError.Reason {
    /// The broker's code and text if it closed the channel or the connection because of a message.
    fileprivate var offence: String? {
        switch self {
        case .channelClosed(let code, let text) where ReplyCode(code).concernsMessage: "\(code) \(text)"
        case .closedByServer(let code, let text) where ReplyCode(code).concernsMessage: "\(code) \(text)"
        default: nil
        }
    }
}
