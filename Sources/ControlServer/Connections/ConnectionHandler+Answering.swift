internal import ControlMessages
internal import NIOCore

/// From a complete request to its answer.
extension ConnectionHandler {
    /// After the last answer, for the client to read it: closing with unread bytes would discard the answer.
    private static let lingerTime: Duration = .seconds(5)

    /// Answers up to this size are not counted: each connection may have one.
    private static let smallAnswer = 64 << 10

    /// Lets the route answer.
    func perform(_ receiving: Receiving, _ context: ChannelHandlerContext) {
        timer?.cancel()
        let (match, head, load, service) = (receiving.match, receiving.head, listener.load, listener.service)
        let request = ControlRequest(parameters: match.parameters, query: match.query, body: body, peer: peer)
        let bodyBytes = body.count
        body = []
        switch match.route.action {
        case .reply(let action):
            guard let slot = load.beginRequest(peer.level, isHealth: head.asksForHealth) else {
                load.release(bodyBytes: bodyBytes)
                return answer(.error(.busy("too many requests at once; try again")), to: head, context)
            }
            state = .answering
            load.becameBusy(ObjectIdentifier(context.channel))
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            let loop = context.eventLoop
            Task(executorPreference: listener.core.executor) {
                let result: Result<ControlReply, ControlError>
                do throws(ControlError) { result = .success(try await action(service, request)) } catch { result = .failure(error) }
                loop.execute {
                    let (handler, context) = bound.value
                    handler.listener.load.release(bodyBytes: bodyBytes)
                    handler.listener.load.endRequest(slot)
                    handler.finish(result, match.route, head, context)
                }
            }
        case .stream(let action):
            // Read before anything else comes.
            load.release(bodyBytes: bodyBytes)
            stream(head, context) { sink throws(ControlError) in try action(service, request, sink) }
        }
    }

    private func finish(
        _ result: Result<ControlReply, ControlError>, _ route: Route, _ head: RequestHead, _ context: ChannelHandlerContext
    ) {
        switch result {
        case .success(let reply):
            report(route, head, status: reply.status, nil)
            answer(reply, to: head, context)
        case .failure(let error):
            report(route, head, status: error.status, error)
            answer(.error(error), to: head, context)
        }
    }

    /// Reports each attempted change, whatever its result.
    func report(_ route: Route, _ head: RequestHead, status: Int, _ error: ControlError?) {
        guard case .path(let target) = head.target.resource else { return }
        let parts = target.split(separator: "?", maxSplits: 1)
        guard route.isLogged(query: parts.count > 1 ? parts[1] : "") else { return }
        let path = parts.first.map(String.init) ?? target
        listener.core.onChange(ChangeRecord(peer: peer, method: head.method, path: path, status: status, error: error))
    }

    /// Writes an answer. `head` is `nil` if the input was not a request, after which nothing more can be understood.
    func answer(_ reply: ControlReply, to head: RequestHead?, _ context: ChannelHandlerContext, closes: Bool = false) {
        // The client may be gone by now.
        guard context.channel.isActive else { return }
        state = .answering
        listener.load.becameBusy(ObjectIdentifier(context.channel))
        let isHead = head?.method == "HEAD"
        if reply.body.count > Self.smallAnswer, !isHead {
            guard listener.load.hold(answerBytes: reply.body.count, peer.level) else {
                return answer(.error(.busy("too many large answers at once; try again")), to: head, context, closes: closes)
            }
            answerBytes += reply.body.count
        }
        let keepsAlive = !closes && admission == .any && head?.keepsAlive == true
        var bytes = ByteBuffer(bytes: reply.head(keepsAlive: keepsAlive).bytes)
        // HEAD gets the headers of GET, without content (RFC 9110 section 9.3.2).
        if !isHead { bytes.writeBytes(reply.body) }
        setTimer(limits.answerTime, context) { _, context in context.close(promise: nil) }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        // The next request waits until the client has taken this answer: one is all that is ever buffered for it.
        context.writeAndFlush(wrapOutboundOut(bytes)).whenSuccess {
            let (handler, context) = bound.value
            handler.releaseAnswer()
            if keepsAlive { handler.goOn(context) } else { handler.linger(context) }
        }
    }

    /// Closes our side, and waits a little for the client to close its own.
    func linger(_ context: ChannelHandlerContext) {
        state = .lingering
        // It has had its answer, so another connection may have its slot.
        listener.load.becameIdle(ObjectIdentifier(context.channel))
        setTimer(Self.lingerTime, context) { _, context in context.close(promise: nil) }
        context.close(mode: .output, promise: nil)
    }
}

extension ControlReply {
    /// First line and headers.
    fileprivate func head(keepsAlive: Bool) -> ResponseHead {
        var fields: [(name: String, value: String)] = []
        // 204 has no content, and no field about it (RFC 9110 section 8.6).
        if status != 204 { fields = [("Content-Type", contentType), ("Content-Length", "\(body.count)")] }
        fields.append(("Cache-Control", "no-store"))
        fields += headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        fields.append(("Connection", keepsAlive ? "keep-alive" : "close"))
        return ResponseHead(status: status, fields: fields)
    }

    /// What a path takes, or the server as a whole (RFC 9110 section 9.3.7).
    static func options(_ methods: String) -> ControlReply {
        var reply = ControlReply(status: 204, contentType: "", body: [])
        reply.headers["Allow"] = methods
        return reply
    }
}
