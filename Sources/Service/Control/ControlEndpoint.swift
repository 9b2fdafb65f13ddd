internal import ControlMessages
internal import ControlServer
internal import Glibc
internal import Logging
internal import Settings

/// The control socket of the running service: listening before READY, closed last.
final class ControlEndpoint: Sendable {
    private let server: ControlServer
    /// `nil` if systemd opened it: then only systemd may remove it.
    private let own: ListeningSocket?
    private let path: String
    private let policy: PeerPolicy
    private let service: ControlService
    private let logger: Logger

    /// Between two checks whether the socket is still at its path: after it was removed, no client finds it for that long at most.
    static let watchTime: Duration = .seconds(5)

    /// Listens on the socket that systemd passed, or else on that of the settings.
    ///
    /// Throws a ``StartError`` if neither can be had: a service without its control socket is not what was configured.
    init(
        _ settings: ControlSettings, metrics: MetricsSettings, environment: [String: String], mostClients: Int,
        service: ControlService, logger: Logger
    ) async throws(StartError) {
        var limits = ServerLimits()
        limits.connections = mostClients
        server = ControlServer(
            limits: limits,
            onShortage: { reason in
                logger.log(
                    .error,
                    "Cannot accept connections at the control socket; trying again each second. Raise the limit of open files (ulimit -n)",
                    [.error: reason])
            },
            onChange: { Self.tell($0, logger) })
        let group = GroupFile.id(of: settings.group)
        if group == nil {
            logger.log(
                .notice, "The group of [control] group does not exist; only root and the service user may operate the service",
                [.group: settings.group])
        }
        policy = PeerPolicy(serviceUser: geteuid(), group: group)
        path = settings.socket
        self.service = service
        self.logger = logger
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
            do {
                try await server.listen(on: descriptor, routes: Route.all, service: service, identification: .credentials(policy))
            } catch {
                throw SocketError.failed(step: "listen on", path: settings.socket, reason: "\(error)")
            }
            if let address = metrics.listen {
                try await listen(at: address, hosts: metrics.hosts, logger)
            }
        } catch {
            await server.close()
            throw .configuration("\(error)")
        }
        logger.log(.info, "Control socket listens", [.path: settings.socket])
    }

    /// Figures and health over TCP, and nothing else.
    private func listen(at address: ListenAddress, hosts: [String], _ logger: Logger) async throws(SocketError) {
        let descriptor = try NetworkSocket.bind(host: address.host, port: address.port)
        do {
            try await server.listen(
                on: descriptor, routes: Route.network, service: service, identification: .network,
                hosts: HostRule(address: address.host, names: hosts))
        } catch {
            throw .network(address: "\(address)", reason: "\(error)")
        }
        logger.log(.info, "Metrics are served", [.endpoint: address])
    }

    /// Makes the socket again if it was removed, until cancelled.
    func watch() async {
        var isTold = false
        while (try? await Task.sleep(for: Self.watchTime)) != nil {
            do {
                guard try await restore() else { continue }
                logger.log(.warning, "The control socket was removed; it has been created again", [.path: path])
                isTold = false
            } catch {
                if !isTold {
                    logger.log(
                        .error, "The control socket was removed and cannot be created again; trying again",
                        [.path: path, .error: "\(error)"])
                }
                isTold = true
            }
        }
    }

    /// False if it is where it belongs.
    private func restore() async throws -> Bool {
        guard let (previous, descriptor) = try rebind() else { return false }
        do {
            try await server.listen(on: descriptor, routes: Route.all, service: service, identification: .credentials(policy))
        } catch {
            // The next look finds nothing there, and tries again.
            _ = unsafe unlink(path)
            throw error
        }
        await server.stopListening(on: previous)
        return true
    }

    /// The descriptor that is listened on, and the one to replace it; `nil` if nothing needs to be done.
    private func rebind() throws(SocketError) -> (previous: Int32, next: Int32)? {
        switch own {
        case .some(let socket):
            let previous = socket.descriptor
            guard let next = try socket.restore() else { return nil }
            return (previous, next)
        case nil: return nil
        }
    }

    /// How often the server's loop has turned, for the watchdog.
    var turnCount: UInt64 { server.turnCount }

    /// Cuts all connections and removes the socket.
    func close() async { await server.close() }

    /// Only members may give a file to a group (chown(2)); otherwise the socket keeps the user's own group.
    private static func own(_ group: UInt32?) -> UInt32? {
        guard let group, geteuid() != 0, group != getegid() else { return group }
        let count = getgroups(0, nil)
        var groups = [gid_t](repeating: 0, count: Int(max(0, count)))
        _ = unsafe getgroups(count, &groups)
        return groups.contains(group) ? group : nil
    }

    /// Logs every attempted change, carried out or refused.
    private static func tell(_ change: ChangeRecord, _ logger: Logger) {
        let facts: KeyValuePairs<LogKey, any CustomStringConvertible> = [
            .uid: change.peer.uid.map { "\($0)" } ?? "none", .pid: change.peer.pid.map { "\($0)" } ?? "none",
            .verb: "\(change.method) \(change.path)", .result: change.error.map { "\($0.code): \($0.message)" } ?? "done",
        ]
        if change.error == nil {
            logger.log(.notice, "Control request carried out", facts)
        } else {
            logger.log(.warning, "Control request refused", facts)
        }
    }
}
