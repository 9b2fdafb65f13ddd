internal import ControlMessages
internal import NIOCore

/// From a request's head to the whole request.
extension ConnectionHandler {
    /// Bytes of a refused request that are waited for.
    private static let mostDropped = 64 << 10

    /// Finds the route, or what the request is refused with.
    func begin(_ head: RequestHead, _ context: ChannelHandlerContext) {
        do throws(Router.Refusal) {
            try check(head)
            switch head.target.resource {
            case .tunnel: return answer(.error(ControlError(.notImplemented, "Warren is not a proxy")), to: head, context, closes: true)
            case .server: return refuse(.options(listener.router.allMethods), head, context)
            case .path(let path):
                // Slots that are reserved for it are for nothing else.
                guard admission == .any || head.asksForHealth else {
                    return refuse(.error(RejectingHandler.error), head, context, closes: true)
                }
                if head.method == "OPTIONS" { return refuse(.options(try listener.router.methods(at: path)), head, context) }
                try receive(head, path, context)
            }
        } catch {
            if let route = error.route { report(route, head, status: error.error.status, error.error) }
            var reply = ControlReply.error(error.error)
            if let allow = error.allow { reply.headers["Allow"] = allow }
            refuse(reply, head, context)
        }
    }

    /// The checks that do not depend on the route.
    private func check(_ head: RequestHead) throws(Router.Refusal) {
        guard RequestHead.knownMethods.contains(head.method) else {
            throw Router.Refusal(ControlError(.notImplemented, "\(head.method.prefix(20)) is not a method that Warren knows"))
        }
        let expectations = head.fields.list("expect")
        guard head.isHTTP10 || expectations.isEmpty || expectations == ["100-continue"] else {
            throw Router.Refusal(ControlError(.expectationFailed, "the Expect header must be 100-continue"))
        }
        guard listener.hosts.accepts(head.authority) else {
            let host = head.authority?.host ?? ""
            throw Router.Refusal(
                ControlError(.misdirected, "Warren does not serve the host \(host) here; use localhost, or add the name to [metrics] hosts")
            )
        }
    }

    private func receive(_ head: RequestHead, _ path: String, _ context: ChannelHandlerContext) throws(Router.Refusal) {
        let match = try listener.router.match(
            method: head.method, target: path, accept: head.fields["accept"], contentType: head.fields["content-type"], peer: peer)
        if let error = head.contentObjection { throw Router.Refusal(error) }
        if case .length(let count) = head.framing, count > match.route.bodyBytes { throw Router.Refusal(.bodyTooLarge(match.route)) }
        state = .receiving(Receiving(match: match, head: head))
        guard head.expectsContinue else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: ResponseHead(status: 100, fields: []).bytes)), promise: nil)
    }

    func receive(_ part: ByteBuffer, _ receiving: Receiving, _ context: ChannelHandlerContext) {
        guard body.count + part.readableBytes <= receiving.match.route.bodyBytes else {
            dropBody()
            return answer(.error(.bodyTooLarge(receiving.match.route)), to: receiving.head, context, closes: true)
        }
        guard listener.load.hold(bodyBytes: part.readableBytes, peer.level) else {
            dropBody()
            return answer(.error(.busy("too many large requests at once; try again")), to: receiving.head, context, closes: true)
        }
        body.append(contentsOf: part.readableBytesView)
    }

    /// A body that is short enough is read to its end, so that the connection can be used again.
    private func refuse(_ reply: ControlReply, _ head: RequestHead, _ context: ChannelHandlerContext, closes: Bool = false) {
        let isShort =
            switch head.framing {
            case .none: true
            case .length(let count): count <= Self.mostDropped
            case .chunked: false
            }
        guard isShort, !closes, !head.expectsContinue else { return answer(reply, to: head, context, closes: true) }
        state = .dropping(reply, head)
    }
}

extension RequestHead {
    /// Those of RFC 9110 section 9 and of RFC 5789. Others are not known (501); of these a path takes some (405).
    static let knownMethods: Set<String> = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]

    /// The request for which slots are reserved.
    var asksForHealth: Bool {
        guard case .path(let path) = target.resource, method == "GET" || method == "HEAD" else { return false }
        return path == "/healthz" || path.hasPrefix("/healthz?")
    }

    /// Why its content cannot be taken, by its fields; `nil` if it can, or if there is none.
    var contentObjection: ControlError? {
        guard framing != .none, framing != .length(0) else { return nil }
        guard fields.list("content-encoding").allSatisfy({ $0 == "identity" }) else {
            return ControlError(.unsupportedMediaType, "the body must not be compressed")
        }
        // The route says what type it must have.
        return nil
    }
}

extension ControlError {
    fileprivate static func bodyTooLarge(_ route: Route) -> ControlError {
        .init(.bodyTooLarge, "the body of this request may have at most \(route.bodyBytes) bytes")
    }
}
