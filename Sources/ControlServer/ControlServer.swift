internal import CLinux
internal import ControlMessages
internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Serves HTTP/1.1 on Unix sockets, and on TCP where that is wanted, on one event-loop thread of its own.
///
/// That thread runs with a lower priority (nice 5): whatever clients do, pipelines come first.
package final class ControlServer: Sendable {
    /// How the peers of a socket are distinguished.
    package enum Identification: Sendable {
        /// By what the kernel knows of them.
        case credentials(PeerPolicy)
        /// Not at all: every client observes.
        case network
    }

    private struct State {
        /// By descriptor.
        var listeners: [Int32: any Channel] = [:]
        var clients: [ObjectIdentifier: any Channel] = [:]
    }

    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let core: NIOLoopBoundBox<ServerCore?>
    private let loop: any EventLoop
    private let state = Mutex(State())
    private let turns = Atomic<UInt64>(0)

    /// How often the event loop has turned: once a second at least, or it is stuck. For a watchdog.
    package var turnCount: UInt64 { turns.load(ordering: .relaxed) }

    private let limits: ServerLimits
    private let networkLimits: ServerLimits
    private let onShortage: @Sendable (String) -> Void

    /// A server without a socket. Clients of the Unix socket and those of TCP have limits of their own: neither can shut the other out.
    ///
    /// `onChange` is called on the server's thread for each attempted change, `onShortage` with the kernel's reason when it has no descriptor or
    /// memory for another connection, once a minute at most.
    package init(
        limits: ServerLimits = ServerLimits(), networkLimits: ServerLimits = .network,
        onShortage: @escaping @Sendable (String) -> Void = { _ in },
        onChange: @escaping @Sendable (ChangeRecord) -> Void
    ) {
        self.onShortage = onShortage
        (self.limits, self.networkLimits) = (limits, networkLimits)
        let loop = group.any()
        self.loop = loop
        core = .makeBoxSendingValue(nil, eventLoop: loop)
        loop.execute { [core] in
            core.value = ServerCore(limits: limits, networkLimits: networkLimits, loop: loop, onChange: onChange)
            _ = unsafe clinux_name_thread("control")
            // On Linux a thread has a nice value of its own (sched(7)).
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5)
        }
        loop.scheduleRepeatedTask(initialDelay: .zero, delay: .seconds(1)) { [weak self] task in
            guard let self else { return task.cancel() }
            turns.add(1, ordering: .relaxed)
        }
    }

    /// Serves what comes through a socket, which the server closes in the end. `hosts` are the names that clients may ask for.
    ///
    /// Throws if the kernel does not let it listen.
    package func listen(on socket: Int32, routes: [Route], service: ControlService, identification: Identification, hosts: HostRule = .any)
        async throws
    {
        let router = Router(routes: routes)
        let most = limits(of: identification).mostOpen
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 128)
            .serverChannelInitializer { [onShortage] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPause(most: most, onShortage: onShortage))
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 4096, maximum: 65_536))
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture { try self.begin(channel, router, service, identification, hosts) }
            }
            .withBoundSocket(socket).get()
        state.withLock { $0.listeners[socket] = channel }
    }

    /// Closes a listening socket. Its connections stay open.
    package func stopListening(on socket: Int32) async {
        let listener = state.withLock { $0.listeners.removeValue(forKey: socket) }
        _ = try? await listener?.close().get()
    }

    /// Closes the sockets, cuts all connections and ends the thread.
    package func close() async {
        let listeners = state.withLock { state in
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        // The sockets first: afterwards no connection can be added. Closing fails only if it is closed already.
        for listener in listeners { _ = try? await listener.close().get() }
        for client in state.withLock({ Array($0.clients.values) }) { _ = try? await client.close().get() }
        _ = try? await group.shutdownGracefully()
    }

    private func limits(of identification: Identification) -> ServerLimits {
        switch identification {
        case .credentials: limits
        case .network: networkLimits
        }
    }

    private func begin(
        _ channel: any Channel, _ router: Router, _ service: ControlService, _ identification: Identification, _ hosts: HostRule
    ) throws {
        guard let core = core.value else { throw ChannelError.ioOnClosedChannel }
        let load =
            switch identification {
            case .credentials: core.control
            case .network: core.network
            }
        let listener = ListenerContext(
            core: core, load: load, limits: limits(of: identification), router: router, service: service, hosts: hosts)
        guard try ConnectionHandler.install(on: channel, listener: listener, peer: peer(channel, identification)) else {
            return try channel.pipeline.syncOperations.addHandler(RejectingHandler())
        }
        let id = ObjectIdentifier(channel)
        state.withLock { $0.clients[id] = channel }
        channel.closeFuture.whenComplete { [self] _ in state.withLock { _ = $0.clients.removeValue(forKey: id) } }
    }

    private func peer(_ channel: any Channel, _ identification: Identification) throws -> Peer {
        switch identification {
        case .network: return .network
        case .credentials(let policy):
            let credentials = try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: CInt.self) {
                PeerCredentials(socket: $0)
            }
            guard let credentials = credentials ?? nil else { throw ChannelError.operationUnsupported }
            return Peer(
                uid: credentials.uid, pid: credentials.pid, level: policy.level(uid: credentials.uid, groups: credentials.groups))
        }
    }
}
