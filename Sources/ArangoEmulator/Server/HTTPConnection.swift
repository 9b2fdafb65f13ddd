internal import NIOCore
internal import NIOHTTP1

/// One client connection: gathers a request, asks what to do, does it. Decides nothing.
///
/// Lives on its event loop. Pipelined requests wait for each other: NIO's pipeline handler holds the next one back until this is answered.
final class HTTPConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// ArangoDB's own limit (ArangoDB.md section 1).
    private static let maximumBodyBytes = 1 << 30

    /// Space taken on the word of a header; a longer body makes the buffer grow as it comes.
    private static let reservedBytes = 16 << 20

    private let responder: any Responder
    private var head: HTTPRequestHead?
    private var body: ByteBuffer?
    /// True: the request was answered before its body came, so the connection ends with the request.
    private var isRefused = false
    /// True: what is still to be answered reaches nobody.
    private var isClosed = false

    init(responder: any Responder) { self.responder = responder }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head, context: context)
        case .body(var part):
            guard head != nil else { return }
            if body == nil { body = part } else { body?.writeBuffer(&part) }
        case .end:
            guard let head else {
                // Not before: a client that is still sending would not read the answer.
                if isRefused { context.close(promise: nil) }
                return
            }
            self.head = nil
            let bytes = body.map { Array($0.readableBytesView) } ?? []
            body = nil
            answer(head, bytes, context: context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosed = true
        responder.connectionClosed()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Not HTTP, or the peer is gone: nothing to say to it.
        context.close(promise: nil)
    }

    private func begin(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        if head.headers.contains(name: "transfer-encoding") {
            return refuse(.init(status: 411, errorNum: 411, message: "a Content-Length is needed"), head, context: context)
        }
        guard length <= Self.maximumBodyBytes else {
            return refuse(.init(status: 413, errorNum: 413, message: "body too large"), head, context: context)
        }
        self.head = head
        if length > 0 { body = context.channel.allocator.buffer(capacity: min(length, Self.reservedBytes)) }
        if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
        }
    }

    /// Answers before the body came, so the connection cannot go on.
    private func refuse(_ error: ArangoError, _ head: HTTPRequestHead, context: ChannelHandlerContext) {
        isRefused = true
        write(error.response, isHead: false, keepAlive: false, closes: false, context: context)
    }

    private func answer(_ head: HTTPRequestHead, _ body: [UInt8], context: ChannelHandlerContext) {
        let request = Request(
            method: head.method.rawValue, target: head.uri, headers: head.headers.map { ($0.name.lowercased(), $0.value) }, body: body)
        responder.respond(to: request) { [self] reaction in
            if !isClosed { perform(reaction, on: head, context: context) }
        }
    }

    private func perform(_ reaction: Reaction, on head: HTTPRequestHead, context: ChannelHandlerContext) {
        switch reaction {
        case .drop: context.close(promise: nil)
        case .stall: break
        case .answer(let response, let delay):
            let isHead = head.method == .HEAD
            let keepAlive = head.isKeepAlive
            guard delay > .zero else { return write(response, isHead: isHead, keepAlive: keepAlive, context: context) }
            let bound = NIOLoopBound((connection: self, context: context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: .milliseconds(delay.milliseconds)) {
                let (connection, context) = bound.value
                if !connection.isClosed { connection.write(response, isHead: isHead, keepAlive: keepAlive, context: context) }
            }
        }
    }

    private func write(
        _ response: Response, isHead: Bool, keepAlive: Bool, closes: Bool = true, context: ChannelHandlerContext
    ) {
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: response.status),
            headers: HTTPHeaders(response.allHeaders(keepAlive: keepAlive).map { ($0.name, $0.value) }))
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead && !response.body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: response.body)))), promise: nil)
        }
        let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if !keepAlive && closes {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            written.whenComplete { _ in bound.value.close(promise: nil) }
        }
    }
}
