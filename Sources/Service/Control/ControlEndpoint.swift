internal import Control
internal import Glibc
internal import Logging
internal import Settings

/// The control socket of the running service: listening before READY, closed last.
final class ControlEndpoint: Sendable {
    private let server: ControlServer
    /// Nil: systemd opened it, and it is systemd's to remove.
    private let own: ListeningSocket?

    /// Listens on the socket that systemd passed, or else on that of the settings.
    ///
    /// Throws a ``StartError`` if neither can be had: a service that nobody can ask or stop is not what was configured.
    init(
        _ settings: ControlSettings, metrics: MetricsSettings, environment: [String: String], operations: ControlOperations, logger: Logger
    ) async throws(StartError) {
        server = ControlServer { Self.tell($0, logger) }
        let group = GroupFile.id(of: settings.group)
        if group == nil { logger.log(.notice, "No such group: only root and the service user can operate", [.group: settings.group]) }
        do throws(SocketError) {
            let descriptor: Int32
            if let passed = try SocketActivation(environment: environment, pid: getpid()).controlSocket() {
                descriptor = passed
                own = nil
            } else {
                let socket = try ListeningSocket(path: settings.socket, mode: settings.mode.bits, group: Self.own(group))
                descriptor = socket.descriptor
                own = consume socket
            }
            let policy = PeerPolicy(serviceUser: geteuid(), group: group)
            do {
                try await server.listen(on: descriptor, routes: operations.routes, identification: .credentials(policy))
            } catch {
                throw SocketError.failed(step: "listen on", path: settings.socket, reason: "\(error)")
            }
            if let address = metrics.listen { try await listen(at: address, routes: operations.networkRoutes, logger) }
        } catch {
            await server.close()
            throw .configuration("\(error)")
        }
        logger.log(.info, "Control socket listens", [.path: settings.socket])
    }

    /// Figures and health over TCP, and nothing else.
    private func listen(at address: ListenAddress, routes: [Route], _ logger: Logger) async throws(SocketError) {
        let descriptor = try NetworkSocket.bind(host: address.host, port: address.port)
        do {
            try await server.listen(on: descriptor, routes: routes, identification: .network)
        } catch {
            throw .network(place: "\(address)", reason: "\(error)")
        }
        logger.log(.info, "Metrics are served", [.endpoint: address])
    }

    /// How often the server's loop has come round, for the watchdog.
    var turnCount: UInt64 { server.turnCount }

    /// Cuts all connections and removes the socket.
    func close() async { await server.close() }

    /// Only members may give a file to a group (chown(2)); where we are not one, the socket keeps ours.
    private static func own(_ group: UInt32?) -> UInt32? {
        guard let group, geteuid() != 0, group != getegid() else { return group }
        let count = getgroups(0, nil)
        var groups = [gid_t](repeating: 0, count: Int(max(0, count)))
        _ = unsafe getgroups(count, &groups)
        return groups.contains(group) ? group : nil
    }

    /// Every try at a change, done or not.
    private static func tell(_ change: ChangeRecord, _ logger: Logger) {
        let facts: KeyValuePairs<LogKey, any CustomStringConvertible> = [
            .uid: change.peer.uid.map { "\($0)" } ?? "none", .pid: change.peer.pid.map { "\($0)" } ?? "none",
            .verb: "\(change.method) \(change.path)", .result: change.error.map { "\($0.code): \($0.message)" } ?? "done",
        ]
        if change.error == nil {
            logger.log(.notice, "Control: done", facts)
        } else {
            logger.log(.warning, "Control: refused", facts)
        }
    }
}
