internal import NIOCore
internal import NIOHTTP1

/// One connection: gathers a request, lets its route answer, writes the answer. Lives on the event loop.
///
/// Pipelined requests wait for each other: NIO's pipeline handler holds the next one back until this is answered.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// A request whose body is coming.
    struct Receiving {
        let match: Router.Match
        let head: HTTPRequestHead
        var body: [UInt8] = []
    }

    enum State {
        /// No request has begun, as far as can be understood.
        case waiting
        case receiving(Receiving)
        /// The answer is known before the request is complete, whose rest is dropped.
        case dropping(ControlReply, HTTPRequestHead)
        case answering
        case streaming(LineSink, end: @Sendable () -> Void)
        /// The last answer is given; what comes is dropped until the client closes.
        case lingering
    }

    /// More than this of a refused request is not waited for.
    private static let mostDropped = 64 << 10

    let core: ServerCore
    let peer: Peer
    var state = State.waiting
    var timer: Scheduled<Void>?
    /// Bytes of the answer that the client has not taken yet.
    var answerBytes = 0
    /// The client has closed its side: there is no request after this one.
    var hasFinished = false
    private let router: Router

    init(core: ServerCore, router: Router, peer: Peer) {
        self.core = core
        self.router = router
        self.peer = peer
    }

    /// Adds the HTTP decoder and encoder, and a handler behind them.
    static func install(on channel: any Channel, core: ServerCore, router: Router, peer: Peer) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = core.limits.headerBytes
        limits.maxHeaderListSize = core.limits.headerBytes
        let pipeline = channel.pipeline.syncOperations
        // NIO's own answer to what is no HTTP has no body; ours has the one shape of errors.
        try pipeline.configureHTTPServerPipeline(
            withErrorHandling: false, withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits)
        try pipeline.addHandler(ConnectionHandler(core: core, router: router, peer: peer))
    }

    func handlerAdded(context: ChannelHandlerContext) { awaitRequest(context) }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
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
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .waiting): begin(head, context)
        case (.body(let part), .receiving(let receiving)): receive(part, receiving, context)
        case (.end, .receiving(let receiving)):
            perform(receiving, context)
        case (.end, .dropping(let reply, let head)): answer(reply, to: head, context)
        case (.head, _), (.body, _), (.end, _): break
        }
    }

    /// Not HTTP, too large a header, or a connection that broke.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.close(promise: nil) }
        switch state {
        case .waiting, .receiving, .dropping: break
        // An answer is under way, and only one can be.
        case .answering, .streaming, .lingering: return context.close(promise: nil)
        }
        release()
        answer(.error(ControlError(error, limits: core.limits)), to: nil, context)
    }

    /// The client has said all it has to say.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event as? ChannelEvent == .inputClosed else { return context.fireUserInboundEventTriggered(event) }
        switch state {
        // It may still read.
        case .answering, .streaming: hasFinished = true
        case .waiting, .receiving, .dropping, .lingering: context.close(promise: nil)
        }
    }

    /// The time for a request begins. It is not extended by bytes, so that one a second does not hold a connection for ever.
    func awaitRequest(_ context: ChannelHandlerContext) {
        state = .waiting
        setTimer(core.limits.patience, context) { handler, context in
            switch handler.state {
            case .receiving(let receiving):
                handler.release()
                let error = ControlError(.timeout, "the request did not come within \(handler.core.limits.patience)")
                handler.answer(.error(error), to: receiving.head, context, closes: true)
            case .waiting, .dropping, .answering, .streaming, .lingering: context.close(promise: nil)
            }
        }
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

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        do throws(Router.Refusal) {
            let match = try router.match(
                method: head.method.rawValue, target: head.uri, accept: head.headers["accept"], contentType: head.headers["content-type"],
                peer: peer)
            // NIO lets only digits through.
            guard (head.contentLength ?? 0) <= match.route.bodyBytes else { throw Router.Refusal(.bodyTooLarge(match.route)) }
            state = .receiving(Receiving(match: match, head: head))
            if head.expectsContinue {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
            }
        } catch {
            if let route = error.route { report(route, head, status: error.error.status, error.error) }
            var reply = ControlReply.error(error.error)
            if let allow = error.allow { reply.headers["Allow"] = allow }
            refuse(reply, head, context)
        }
    }

    private func receive(_ part: ByteBuffer, _ receiving: Receiving, _ context: ChannelHandlerContext) {
        var receiving = receiving
        state = .waiting
        guard receiving.body.count + part.readableBytes <= receiving.match.route.bodyBytes else {
            core.load.release(bodyBytes: receiving.body.count)
            return answer(.error(.bodyTooLarge(receiving.match.route)), to: receiving.head, context, closes: true)
        }
        guard core.load.hold(bodyBytes: part.readableBytes) else {
            core.load.release(bodyBytes: receiving.body.count)
            return answer(.error(.busy("too many large requests at once; try again")), to: receiving.head, context, closes: true)
        }
        receiving.body.append(contentsOf: part.readableBytesView)
        state = .receiving(receiving)
    }

    /// A body that is short enough is read to its end, so that the connection can go on.
    private func refuse(_ reply: ControlReply, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard let length = head.contentLength ?? (head.isChunked ? nil : 0), length <= Self.mostDropped, !head.expectsContinue else {
            return answer(reply, to: head, context, closes: true)
        }
        state = .dropping(reply, head)
    }

    /// The answer is no longer kept for the client.
    func releaseAnswer() {
        core.load.release(answerBytes: answerBytes)
        answerBytes = 0
    }

    /// Body bytes no longer count as being received.
    private func release() {
        if case .receiving(let receiving) = state { core.load.release(bodyBytes: receiving.body.count) }
    }
}

extension HTTPRequestHead {
    /// Nil if it is not told.
    var contentLength: Int? { headers.first(name: "content-length").flatMap { Int($0) } }
    /// The length is not told beforehand.
    var isChunked: Bool { headers.contains(name: "transfer-encoding") }
    /// The client waits for `100 Continue` before it sends the body.
    var expectsContinue: Bool { headers.first(name: "expect")?.lowercased() == "100-continue" }
}

extension ControlError {
    fileprivate static func bodyTooLarge(_ route: Route) -> ControlError {
        .init(.bodyTooLarge, "the body of this request may have \(route.bodyBytes) bytes")
    }

    fileprivate init(_ error: HTTPParserError, limits: ServerLimits) {
        if error == .headerOverflow {
            self.init(.headersTooLarge, "target and headers may have \(limits.headerBytes) bytes")
        } else {
            self = .badRequest("this is not HTTP/1.1: \(error)")
        }
    }
}
