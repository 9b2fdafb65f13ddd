internal import NIOCore

/// A connection for which there is no place: one answer, and it is closed.
final class FullHouse: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
        let reply = ControlReply.error(.busy("too many connections at once; close some, or try again as root, for whom places are kept"))
        let head =
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: \(reply.contentType)\r\nContent-Length: \(reply.body.count)\r\n"
            + "Retry-After: 1\r\nConnection: close\r\n\r\n"
        var buffer = context.channel.allocator.buffer(capacity: head.utf8.count + reply.body.count)
        buffer.writeString(head)
        buffer.writeBytes(reply.body)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(buffer)).whenComplete { _ in bound.value.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
