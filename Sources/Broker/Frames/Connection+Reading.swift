internal import Glibc

extension Connection {
    /// True if unread bytes are held that the socket does not show. Ask before every sleep.
    var holdsFrames: Bool { reader.mayHoldFrame || source.holdsBytes }

    /// True if there is something to read, or the connection has ended.
    var hasUnreadBytes: Bool {
        var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&watched, 1, 0) > 0 || holdsFrames
    }

    /// Reads frames, without waiting, until something stops it. Puts contents together: `contents[n]` belongs to channel n + 1.
    ///
    /// After an error the connection is only destroyed: the rest of its stream means nothing.
    func read(into contents: inout [ContentAssembly], bound: inout ReadBound) throws(BrokerError.Reason) -> Reading {
        guard !isBroken else { throw .closed }
        var hasHeard = false
        do throws(BrokerError.Reason) {
            let reading = try reader.read(from: source, into: &contents, bound: &bound, hasRead: &hasHeard)
            if hasHeard { lastHeard = .now } else if reading == .dry { try checkHeartbeat() }
            return reading
        } catch {
            isBroken = true
            throw error
        }
    }

    /// The connection ends after two heartbeat intervals without a byte (AMQP 0-9-1, 4.2.7). Call it only if nothing is left to read: this thread
    /// itself may have been late.
    private func checkHeartbeat() throws(BrokerError.Reason) {
        guard let heartbeat, .now - lastHeard > heartbeat * 2 else { return }
        throw .heartbeatMissed
    }
}
