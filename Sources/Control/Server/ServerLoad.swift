/// What clients take at the moment. Lives on the server's event loop.
final class ServerLoad {
    private let limits: ServerLimits
    private(set) var connections = 0
    private var requests = 0
    private var bodyBytes = 0
    private var answerBytes = 0

    init(limits: ServerLimits) { self.limits = limits }

    /// Counts a connection; false if there is no place for this peer.
    func admit(_ peer: Peer) -> Bool {
        let most = peer.level == .administer ? limits.connections : limits.connections - limits.reservedConnections
        guard connections < most else { return false }
        connections += 1
        return true
    }

    /// The connection is gone.
    func leave() { connections -= 1 }

    /// Counts a request; false if too many are being answered.
    func beginRequest() -> Bool {
        guard requests < limits.requests else { return false }
        requests += 1
        return true
    }

    /// It is answered.
    func endRequest() { requests -= 1 }

    /// Counts body bytes; false if that is too many.
    func hold(bodyBytes count: Int) -> Bool {
        guard bodyBytes + count <= limits.bodyBytes else { return false }
        bodyBytes += count
        return true
    }

    /// They are let go of.
    func release(bodyBytes count: Int) { bodyBytes -= count }

    /// Counts an answer's bytes; false if that is too many.
    func hold(answerBytes count: Int) -> Bool {
        guard answerBytes == 0 || answerBytes + count <= limits.answerBytes else { return false }
        answerBytes += count
        return true
    }

    /// The client has taken them, or is gone.
    func release(answerBytes count: Int) { answerBytes -= count }
}
