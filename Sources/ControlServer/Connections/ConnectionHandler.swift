internal import ControlMessages
internal import NIOCore

/// One connection: gathers a request, lets its route answer, writes the answer. Lives on the event loop.
///
/// Pipelined requests wait for each other: the next one is not parsed until this is answered, and not even read from the socket.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// A request whose content is coming.
    struct Receiving {
        let match: Router.Match
        let head: RequestHead
    }

    enum State {
        /// No request has begun, as far as can be understood.
        case waiting
        case receiving(Receiving)
        /// The answer is known before the request is complete, whose rest is dropped.
        case dropping(ControlReply, RequestHead)
        case answering
        case streaming(LineSink, end: @Sendable () -> Void)
        /// The last answer is given; what comes is dropped until the client closes.
        case lingering
    }

    let listener: ListenerContext
    let peer: Peer
    let admission: ListenerLoad.Admission
    var state = State.waiting
    /// The content that has come of the request that is being received. Not a part of its state: there every piece of it would be copied with what
    /// came before.
    var body: [UInt8] = []
    var timer: Scheduled<Void>?
    /// Bytes of the answer that the client has not taken yet.
    var answerBytes = 0
    /// The client has closed its side: there is no request after those that have come.
    private var hasFinished = false
    private var reader: RequestReader
    /// Bytes that have come and are not parsed yet.
    private var inbox = ByteBuffer()
    private var isLooking = false
    /// A read was held back, because earlier bytes are not parsed yet.
    private var hasHeldRead = false

    var limits: ServerLimits { listener.limits }

    init(listener: ListenerContext, peer: Peer, admission: ListenerLoad.Admission) {
        (self.listener, self.peer, self.admission) = (listener, peer, admission)
        reader = RequestReader(limits: listener.limits)
    }

    /// Adds a handler to a new connection. Returns false if there is no slot for it; then nothing was added.
    static func install(on channel: any Channel, listener: ListenerContext, peer: Peer) throws -> Bool {
        let id = ObjectIdentifier(channel)
        // Weak: the channel's end must not wait for another connection that wants its slot.
        let admission = listener.load.admit(id, peer.level) { [weak channel] in channel?.close(promise: nil) }
        guard let admission else { return false }
        do {
            try channel.pipeline.syncOperations.addHandler(ConnectionHandler(listener: listener, peer: peer, admission: admission))
        } catch {
            listener.load.leave(id)
            throw error
        }
        return true
    }

    func handlerAdded(context: ChannelHandlerContext) { awaitRequest(context) }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        listener.load.leave(ObjectIdentifier(context.channel))
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        listener.load.leave(ObjectIdentifier(context.channel))
        release()
        releaseAnswer()
        if case .streaming(let sink, let end) = state {
            sink.close()
            end()
        }
        state = .lingering
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        // The request is over.
        case .streaming, .lingering: return
        case .waiting, .receiving, .dropping, .answering: break
        }
        var bytes = unwrapInboundIn(data)
        inbox.writeBuffer(&bytes)
        look(context)
    }

    /// A client that sends requests faster than they are answered has to wait: the kernel's buffer fills, not ours.
    func read(context: ChannelHandlerContext) {
        if case .answering = state, inbox.readableBytes > 0 { hasHeldRead = true } else { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// The client has closed its side.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event as? ChannelEvent == .inputClosed else { return context.fireUserInboundEventTriggered(event) }
        hasFinished = true
        switch state {
        // It may still read.
        case .answering, .streaming: break
        case .waiting, .receiving, .dropping, .lingering: context.close(promise: nil)
        }
    }

    /// Parses what has come, as long as a request can be handled.
    private func look(_ context: ChannelHandlerContext) {
        // An answer that is written at once leads here again; the loop below continues by itself.
        guard !isLooking else { return }
        isLooking = true
        defer { isLooking = false }
        while true {
            switch state {
            case .answering, .streaming, .lingering: return
            case .waiting, .receiving, .dropping: break
            }
            do throws(ControlError) {
                guard let part = try reader.next(&inbox) else { break }
                take(part, context)
            } catch {
                release()
                inbox.clear()
                answer(.error(error), to: nil, context)
            }
        }
        inbox.discardReadBytes()
        if hasFinished { context.close(promise: nil) }
    }

    private func take(_ part: RequestReader.Part, _ context: ChannelHandlerContext) {
        switch (part, state) {
        case (.head(let head), .waiting): begin(head, context)
        case (.content(let content), .receiving(let receiving)): receive(content, receiving, context)
        case (.end, .receiving(let receiving)): perform(receiving, context)
        case (.end, .dropping(let reply, let head)): answer(reply, to: head, context)
        case (.head, _), (.content, _), (.end, _): break
        }
    }

    /// The time for a request begins. It is not extended by bytes, so that one a second does not hold a connection for ever.
    func awaitRequest(_ context: ChannelHandlerContext) {
        state = .waiting
        listener.load.becameIdle(ObjectIdentifier(context.channel))
        setTimer(limits.patience, context) { handler, context in
            let error = ControlError(.timeout, "the request did not come within \(handler.limits.patience)")
            switch handler.state {
            case .waiting where handler.reader.isWithin: handler.answer(.error(error), to: nil, context)
            case .receiving(let receiving):
                handler.release()
                handler.answer(.error(error), to: receiving.head, context, closes: true)
            case .waiting, .dropping, .answering, .streaming, .lingering: context.close(promise: nil)
            }
        }
    }

    /// Parses requests that have come meanwhile, and reads from the socket again.
    func goOn(_ context: ChannelHandlerContext) {
        awaitRequest(context)
        look(context)
        guard hasHeldRead else { return }
        hasHeldRead = false
        read(context: context)
    }

    func setTimer(
        _ time: Duration, _ context: ChannelHandlerContext, _ body: @escaping (ConnectionHandler, ChannelHandlerContext) -> Void
    ) {
        timer?.cancel()
        let bound = NIOLoopBound((self, context, body), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: TimeAmount(time)) {
            let (handler, context, body) = bound.value
            body(handler, context)
        }
    }

    /// Drops the content that has come.
    func dropBody() {
        listener.load.release(bodyBytes: body.count)
        body = []
    }

    /// The answer is no longer kept for the client.
    func releaseAnswer() {
        listener.load.release(answerBytes: answerBytes, peer.level)
        answerBytes = 0
    }

    /// Body bytes no longer count as being received.
    private func release() {
        if case .receiving = state { dropBody() }
    }
}
