internal import ControlMessages
internal import NIOCore

/// A connection for which there is no slot: it gets one answer and is closed.
final class RejectingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    static let error = ControlError.busy(
        "too many connections at once; close some, or try again as root: Warren keeps some connections for root")

    func channelActive(context: ChannelHandlerContext) {
        let reply = ControlReply.error(Self.error)
        let head = ResponseHead(
            status: reply.status,
            fields: [
                ("Content-Type", reply.contentType), ("Content-Length", "\(reply.body.count)"), ("Retry-After", "1"),
                ("Connection", "close"),
            ])
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: head.bytes + reply.body))).whenComplete { _ in
            bound.value.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
