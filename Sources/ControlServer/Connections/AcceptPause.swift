internal import ControlMessages
internal import Glibc
internal import NIOCore

/// Pauses accepting while the kernel has no descriptor or memory for another connection, and while as many connections are open as may be; clients
/// wait in the backlog meanwhile.
///
/// The listening socket stays readable as long as a client waits, so without a pause the loop would spin. And descriptors must never run out:
/// libdispatch, under Swift's pool, traps if it finds none to look at its threads.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    /// Between two tries.
    static let time = TimeAmount.seconds(1)
    /// Between two reports.
    static let tellingTime: Duration = .seconds(60)

    /// Errors that may pass by themselves (accept(2)); every other one closes the socket.
    private static let shortages = [EMFILE, ENFILE, ENOBUFS, ENOMEM]

    private let most: Int
    private let onShortage: @Sendable (String) -> Void
    private var open = 0
    private var toldAt: ContinuousClock.Instant?
    private var isPaused = false

    /// `most` connections may be open at once. `onShortage` is called with the kernel's reason, on the server's thread.
    init(most: Int, onShortage: @escaping @Sendable (String) -> Void) {
        self.most = most
        self.onShortage = onShortage
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        open += 1
        let own = NIOLoopBound(self, eventLoop: context.eventLoop)
        unwrapInboundIn(data).closeFuture.hop(to: context.eventLoop).whenComplete { _ in own.value.open -= 1 }
        context.fireChannelRead(data)
        if open >= most { pause(context) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let code = (error as? IOError)?.errnoCode, Self.shortages.contains(code) else { return context.fireErrorCaught(error) }
        tell(code)
        pause(context)
    }

    private func pause(_ context: ChannelHandlerContext) {
        guard !isPaused else { return }
        isPaused = true
        let channel = context.channel
        // Fails only if it is closed, and then nothing is accepted anyway.
        try? channel.syncOptions?.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.time) { [self] in
            isPaused = false
            guard open < most else { return pause(context) }
            try? channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }

    private func tell(_ code: Int32) {
        guard toldAt.map({ .now - $0 >= Self.tellingTime }) ?? true else { return }
        toldAt = .now
        onShortage(unsafe String(cString: strerror(code)))
    }
}
