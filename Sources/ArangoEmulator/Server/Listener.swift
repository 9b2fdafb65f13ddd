internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// A listening socket and the connections that came through it, on one event-loop thread.
final class Listener: Sendable {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let responder: @Sendable (any EventLoop) -> any Responder
    private let connectionOpened: @Sendable () -> Void
    /// The port, if the system chose it.
    private let held = Mutex<HeldPort?>(nil)
    private let channels = Mutex<(server: (any Channel)?, clients: [ObjectIdentifier: any Channel])>((nil, [:]))

    /// - Parameters:
    ///   - responder: makes what answers the requests of one connection, on the event loop of that connection.
    ///   - connectionOpened: called for each connection that is accepted.
    init(responder: @escaping @Sendable (any EventLoop) -> any Responder, connectionOpened: @escaping @Sendable () -> Void) {
        self.responder = responder
        self.connectionOpened = connectionOpened
    }

    /// Listens; returns the port. Throws NIO's error if the address cannot be had.
    func open(host: String, port: Int) async throws -> Int {
        let port = port > 0 ? port : hold(of: host)
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 65_536, maximum: 1 << 20))
            .childChannelInitializer { [self] channel in
                add(channel)
                return channel.eventLoop.makeCompletedFuture {
                    var encoder = HTTPResponseEncoder.Configuration()
                    // Framing headers are ours: 304 says content-length 0 (ArangoDB.md section 1), HEAD the length it leaves out.
                    encoder.automaticallySetFramingHeaders = false
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(
                        withPipeliningAssistance: true, withErrorHandling: true, withEncoderConfiguration: encoder)
                    try pipeline.addHandler(HTTPConnection(responder: responder(channel.eventLoop)))
                }
            }
            .bind(host: host, port: port).get()
        channels.withLock { $0.server = channel }
        return channel.localAddress?.port ?? port
    }

    /// A free port that is kept until the listener is gone; 0 if that cannot be.
    private func hold(of host: String) -> Int {
        let port = HeldPort(of: host)
        held.withLock { $0 = port }
        return port?.number ?? 0
    }

    /// Closes the socket and cuts all connections.
    func close() async {
        // The socket first: afterwards no connection can be added. Closing fails only if it is closed already.
        _ = try? await channels.withLock(\.server)?.close().get()
        let clients = channels.withLock { channels in
            channels.server = nil
            return Array(channels.clients.values)
        }
        for client in clients { _ = try? await client.close().get() }
    }

    /// Closes, and ends the thread. The listener cannot be used again.
    func shutDown() async {
        await close()
        // Fails only if it was done before.
        _ = try? await group.shutdownGracefully()
        held.withLock { $0 = nil }
    }

    private func add(_ channel: any Channel) {
        connectionOpened()
        let id = ObjectIdentifier(channel)
        channels.withLock { $0.clients[id] = channel }
        channel.closeFuture.whenComplete { [self] _ in
            channels.withLock { _ = $0.clients.removeValue(forKey: id) }
        }
    }
}
