internal import CLinux
internal import Glibc
internal import Synchronization
internal import Threads

/// A TCP proxy on loopback that misbehaves on request: it stands before a server, and cuts, stalls or swallows what goes between.
///
/// A call has taken effect when it returns. One thread moves the bytes of all connections.
public final class FaultProxy: Sendable {
    private struct State {
        var listener: Int32
        var links: [Link] = []
        var triggers: [Link.Trigger] = []
        var welcome = Welcome.serve
        var accepted = 0
        var isStopped = false
    }

    /// The port the proxy listens on, also while it refuses connections.
    public let port: UInt16
    private let serverPort: UInt16
    /// Has the port without listening, so that nobody else gets it while connections are refused.
    private let placeholder: Int32
    private let state: Mutex<State>
    private let wakeup = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))

    /// Listens on a free port, and joins each connection with one to the server's port on 127.0.0.1.
    public init(to serverPort: UInt16) throws {
        self.serverPort = serverPort
        placeholder = try SocketCalls.bound(to: 0)
        port = try SocketCalls.port(of: placeholder)
        state = Mutex(State(listener: try SocketCalls.listening(on: port)))
        startThread(named: "fault-proxy") { self.run() }
    }

    /// Connections joined since the start, those included that came to nothing.
    public var acceptedCount: Int { state.withLock(\.accepted) }

    /// Connections that have at least one side open.
    public var openCount: Int { state.withLock(\.links.count) }

    /// Does this to all connections that are open now.
    public func apply(_ fault: ProxyFault) {
        change { state in
            for index in state.links.indices { state.links[index].apply(fault) }
        }
    }

    /// Does this to the connection that carries the `byte`th byte from now in that direction; that byte, the first is 1, is the last to get through.
    /// Several wait for each other. For a direction in which nothing is under way.
    ///
    /// - Precondition: `byte` is above 0.
    public func apply(_ fault: ProxyFault, atByte byte: Int, _ direction: Direction) {
        precondition(byte > 0, "the first byte is 1")
        change { $0.triggers.append(Link.Trigger(fault: fault, direction: direction, bytesLeft: byte)) }
    }

    /// What becomes of connections from now on. Those that are open stay as they are.
    public func welcome(_ welcome: Welcome) throws {
        try change { state in
            if welcome == .refuse {
                if state.listener >= 0 { close(state.listener) }
                state.listener = -1
            } else if state.listener < 0 {
                state.listener = try SocketCalls.listening(on: port)
            }
            state.welcome = welcome
        }
    }

    /// Lets stalled bytes pass, forgets faults that wait for their byte, and serves new connections. What a black hole took is lost.
    public func heal() throws {
        change { state in
            state.triggers = []
            for index in state.links.indices { state.links[index].heal() }
        }
        try welcome(.serve)
    }

    /// Resets all connections, and ends the proxy and its thread; it does not end by itself.
    public func stop() {
        change { state in
            for index in state.links.indices { state.links[index].apply(.reset) }
            if state.listener >= 0 { close(state.listener) }
            state.listener = -1
            state.isStopped = true
        }
    }

    private func change<Failure: Error>(_ change: (inout State) throws(Failure) -> Void) throws(Failure) {
        try state.withLock { state throws(Failure) in
            guard !state.isStopped else { return }
            try change(&state)
            state.links.removeAll(where: \.isOver)
            // Within the lock, because the thread closes the descriptor when it has seen the end.
            eventfd_write(wakeup, 1)
        }
    }

    private func run() {
        // One of the watched sockets may be closed while we sleep. That does no harm: what is read and written is looked up again.
        while var watched = state.withLock({ $0.isStopped ? nil : turn(&$0) }) {
            watched.append(pollfd(fd: wakeup, events: Int16(POLLIN), revents: 0))
            _ = unsafe poll(&watched, nfds_t(watched.count), -1)
            var count: eventfd_t = 0
            _ = unsafe eventfd_read(wakeup, &count)
        }
        close(placeholder)
        close(wakeup)
    }

    /// One round over everything. Returns what to wait for.
    private func turn(_ state: inout State) -> [pollfd] {
        while state.listener >= 0, let client = SocketCalls.accept(on: state.listener) {
            state.accepted += 1
            guard let server = try? SocketCalls.connecting(to: serverPort) else {
                SocketCalls.reset(client)
                continue
            }
            var link = Link(client: client, server: server)
            if case .fault(let fault) = state.welcome { link.apply(fault) }
            state.links.append(link)
        }
        for index in state.links.indices { state.links[index].move(&state.triggers) }
        state.links.removeAll(where: \.isOver)
        let listener = state.listener >= 0 ? [pollfd(fd: state.listener, events: Int16(POLLIN), revents: 0)] : []
        return listener + state.links.flatMap(\.interests)
    }
}
