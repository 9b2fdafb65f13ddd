internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// A connection to a server, opened with the first request and kept for the next. One request is under way at a time.
///
/// `@unchecked Sendable`: everything is called on `loop`, which each entry checks; only closures that run there capture it.
final class UpstreamConnection: @unchecked Sendable {
    private let server: ServerAddress
    private let loop: any EventLoop
    private var channel: (any Channel)?
    /// Who waits for the answer.
    private var waiting: ((Response?) -> Void)?
    private var isClosed = false

    init(to server: ServerAddress, on loop: any EventLoop) {
        self.server = server
        self.loop = loop
    }

    /// Calls `answered` once, on the loop, with `nil` if no answer comes: the server cannot be reached, or closes the connection.
    ///
    /// - Precondition: the request before has been answered.
    func send(_ request: Request, then answered: @escaping (Response?) -> Void) {
        loop.preconditionInEventLoop()
        precondition(waiting == nil, "one request at a time")
        guard !isClosed else { return answered(nil) }
        waiting = answered
        if let channel { return write(request, to: channel) }
        ClientBootstrap(group: loop)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(ResponseReader(connection: self))
                }
            }
            .connect(host: server.host, port: server.port)
            .whenComplete { result in self.opened(result, request) }
    }

    /// Closes it for good. Who waits for an answer gets none.
    func close() {
        loop.preconditionInEventLoop()
        isClosed = true
        channel?.close(promise: nil)
        channel = nil
        finish(nil)
    }

    private func opened(_ result: Result<any Channel, any Error>, _ request: Request) {
        switch result {
        case .failure: finish(nil)
        // Given up meanwhile.
        case .success(let channel) where isClosed: channel.close(promise: nil)
        case .success(let channel):
            self.channel = channel
            write(request, to: channel)
        }
    }

    private func write(_ request: Request, to channel: any Channel) {
        // What is between the client and us is not between us and the server.
        let own: Set = ["connection", "keep-alive", "proxy-connection", "te", "expect", "host", "content-length"]
        var headers = HTTPHeaders(request.headers.filter { !own.contains($0.name) }.map { ($0.name, $0.value) })
        headers.add(name: "host", value: server.authority)
        headers.add(name: "content-length", value: String(request.body.count))
        let head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: request.method), uri: request.target, headers: headers)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if !request.body.isEmpty {
            channel.write(HTTPClientRequestPart.body(.byteBuffer(channel.allocator.buffer(bytes: request.body))), promise: nil)
        }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    }

    fileprivate func received(_ response: Response, isLast: Bool) {
        if isLast {
            channel?.close(promise: nil)
            channel = nil
        }
        finish(response)
    }

    /// The server has closed it, or sent what is not HTTP.
    fileprivate func lost() {
        channel = nil
        finish(nil)
    }

    private func finish(_ response: Response?) {
        let waiting = waiting
        self.waiting = nil
        waiting?(response)
    }
}

/// Gathers an answer from its parts.
private final class ResponseReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let connection: UpstreamConnection
    private var response: Response?
    /// The length that the server told.
    private var length: String?
    private var isLast = false
    private var isOver = false

    init(connection: UpstreamConnection) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            isLast = !head.isKeepAlive
            length = head.headers.first(name: "content-length")
            response = Response(forwarding: head)
        case .body(var part): response?.body += part.readBytes(length: part.readableBytes) ?? []
        case .end:
            guard var response else { return }
            self.response = nil
            // An answer to HEAD and 304 tell the length of a body that they leave out.
            if response.body.isEmpty, let length { response.headers.append(("content-length", length)) }
            isOver = isLast
            connection.received(response, isLast: isLast)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end()
        context.close(promise: nil)
    }

    private func end() {
        guard !isOver else { return }
        isOver = true
        connection.lost()
    }
}

extension Response {
    /// The head of an answer, as the client is to see it: without what is only between the server and us.
    fileprivate init(forwarding head: HTTPResponseHead) {
        let own: Set = ["connection", "keep-alive", "transfer-encoding", "content-length"]
        self.init(
            status: Int(head.status.code), headers: head.headers.map { ($0.name.lowercased(), $0.value) }.filter { !own.contains($0.0) },
            body: [])
        isForwarded = true
    }
}
