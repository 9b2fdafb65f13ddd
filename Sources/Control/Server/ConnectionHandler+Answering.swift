internal import NIOCore
internal import NIOHTTP1

/// From a complete request to its answer.
extension ConnectionHandler {
    /// After the last answer, for the client to read it: closing with bytes unread would take the answer from it.
    private static let lingerTime: Duration = .seconds(5)

    /// Answers up to this size are not counted: each connection may have one.
    private static let smallAnswer = 64 << 10

    /// Lets the route answer.
    func perform(_ receiving: Receiving, _ context: ChannelHandlerContext) {
        timer?.cancel()
        let (match, head) = (receiving.match, receiving.head)
        let request = ControlRequest(parameters: match.parameters, query: match.query, body: receiving.body, peer: peer)
        switch match.route.action {
        case .reply(let action):
            guard core.load.beginRequest() else {
                core.load.release(bodyBytes: receiving.body.count)
                return answer(.error(.busy("too many requests at once; try again")), to: head, context)
            }
            state = .answering
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            let (loop, bodyBytes) = (context.eventLoop, receiving.body.count)
            Task(executorPreference: core.executor) {
                let result: Result<ControlReply, ControlError>
                do throws(ControlError) { result = .success(try await action(request)) } catch { result = .failure(error) }
                loop.execute {
                    let (handler, context) = bound.value
                    handler.core.load.release(bodyBytes: bodyBytes)
                    handler.finish(result, match.route, head, context)
                }
            }
        case .stream where head.method == .HEAD: answer(ControlReply(contentType: Self.streamType, body: []), to: head, context)
        case .stream(let action): stream(head, context) { sink throws(ControlError) in try action(request, sink) }
        }
    }

    private func finish(
        _ result: Result<ControlReply, ControlError>, _ route: Route, _ head: HTTPRequestHead, _ context: ChannelHandlerContext
    ) {
        core.load.endRequest()
        switch result {
        case .success(let reply):
            report(route, head, status: reply.status, nil)
            answer(reply, to: head, context)
        case .failure(let error):
            report(route, head, status: error.status, error)
            answer(.error(error), to: head, context)
        }
    }

    /// Tries at a change are told, whatever became of them.
    func report(_ route: Route, _ head: HTTPRequestHead, status: Int, _ error: ControlError?) {
        let parts = head.uri.split(separator: "?", maxSplits: 1)
        guard route.isTold(query: parts.count > 1 ? parts[1] : "") else { return }
        let path = parts.first.map(String.init) ?? head.uri
        core.onChange(ChangeRecord(peer: peer, method: head.method.rawValue, path: path, status: status, error: error))
    }

    /// Writes an answer; nil: to something that is no request.
    func answer(_ reply: ControlReply, to head: HTTPRequestHead?, _ context: ChannelHandlerContext, closes: Bool = false) {
        // The client may be gone by now.
        guard context.channel.isActive else { return }
        state = .answering
        if reply.body.count > Self.smallAnswer {
            guard core.load.hold(answerBytes: reply.body.count) else {
                return answer(.error(.busy("too many large answers at once; try again")), to: head, context, closes: closes)
            }
            answerBytes += reply.body.count
        }
        let keepsAlive = !closes && head?.isKeepAlive == true
        var headers = HTTPHeaders([
            ("Content-Type", reply.contentType), ("Content-Length", "\(reply.body.count)"), ("Cache-Control", "no-store"),
        ])
        for (name, value) in reply.headers.sorted(by: { $0.key < $1.key }) { headers.add(name: name, value: value) }
        headers.add(name: "Connection", value: keepsAlive ? "keep-alive" : "close")
        let answer = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: reply.status), headers: headers)
        context.write(wrapOutboundOut(.head(answer)), promise: nil)
        let body = head?.method == .HEAD ? [] : reply.body
        setTimer(core.limits.answerTime, context) { _, context in context.close(promise: nil) }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        // The end, which lets the next request in, waits until the client has taken the rest: one answer is all that is ever buffered for it.
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: body))))).whenSuccess {
            let (handler, context) = bound.value
            handler.releaseAnswer()
            handler.end(keepsAlive: keepsAlive && !handler.hasFinished, context)
        }
    }

    private func end(keepsAlive: Bool, _ context: ChannelHandlerContext) {
        // First, because a request that was held back comes in while the end is written.
        if keepsAlive { awaitRequest(context) } else { state = .lingering }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        guard !keepsAlive else { return }
        setTimer(Self.lingerTime, context) { _, context in context.close(promise: nil) }
        context.close(mode: .output, promise: nil)
    }
}
