internal import Glibc

extension Connection {
    /// True if something is left to be looked at that does not show at the socket: to be asked before every sleep.
    var holdsFrames: Bool { reader.mayHoldFrame || source.holdsBytes }

    /// True if there is something to read, the connection's end included.
    var hasUnreadBytes: Bool {
        var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&watched, 1, 0) > 0 || holdsFrames
    }

    /// Reads frames without waiting until something stops it, and puts contents together: `contents[n]` belongs to channel n + 1.
    ///
    /// After it has thrown, the connection is only let go of: what follows in its stream means nothing.
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

    /// Two heartbeats without a byte end the connection (AMQP 0-9-1, 4.2.7). Only if there really is nothing to read: we may have been away.
    private func checkHeartbeat() throws(BrokerError.Reason) {
        guard let heartbeat, .now - lastHeard > heartbeat * 2 else { return }
        throw .heartbeatMissed
    }
}
