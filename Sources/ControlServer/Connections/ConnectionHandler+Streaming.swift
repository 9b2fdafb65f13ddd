internal import ControlMessages
internal import NIOCore

/// Streams: one JSON object a line, until the client goes.
extension ConnectionHandler {
    /// Newline-delimited JSON.
    static let streamType = "application/x-ndjson"

    /// Lets lines through until the client goes, or is cut off because it does not read.
    func stream(
        _ head: RequestHead, _ context: ChannelHandlerContext, from begin: (LineSink) throws(ControlError) -> @Sendable () -> Void
    ) {
        let loop = context.eventLoop
        let bound = NIOLoopBound((self, context), eventLoop: loop)
        // HTTP/1.0 has no chunks: there the stream ends with the connection.
        let isChunked = !head.isHTTP10
        let sink = LineSink(limit: limits.streamBytes) {
            loop.execute {
                let (handler, context) = bound.value
                handler.pump(context, isChunked: isChunked)
            }
        }
        let end: @Sendable () -> Void
        do throws(ControlError) { end = try begin(sink) } catch { return answer(.error(error), to: head, context) }
        listener.load.becameBusy(ObjectIdentifier(context.channel))
        var fields = [(name: "Content-Type", value: Self.streamType), ("Cache-Control", "no-store")]
        if isChunked { fields.append(("Transfer-Encoding", "chunked")) }
        fields.append(("Connection", "close"))
        let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: ResponseHead(status: 200, fields: fields).bytes)))
        guard head.method == "HEAD" else {
            // For lines that came at once: waking takes a turn of the loop.
            state = .streaming(sink, end: end)
            return
        }
        // The headers that GET would have got; the lines are left out.
        sink.close()
        end()
        state = .answering
        setTimer(limits.answerTime, context) { _, context in context.close(promise: nil) }
        written.whenSuccess {
            let (handler, context) = bound.value
            handler.linger(context)
        }
    }

    /// The reader is too slow, and what it has not read is dropped. If it reads the rest after all, it learns why it ends.
    private func cutOff(_ context: ChannelHandlerContext, isChunked: Bool) {
        let line = #"{"detail":"the reader was too slow; Warren dropped the rest","event":"cut-off"}"# + "\n"
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        listener.load.becameIdle(ObjectIdentifier(context.channel))
        setTimer(limits.answerTime, context) { _, context in context.close(promise: nil) }
        var bytes = Self.part(Array(line.utf8), isChunked: isChunked)
        if isChunked { bytes.writeString("0\r\n\r\n") }
        context.writeAndFlush(wrapOutboundOut(bytes)).whenComplete { _ in bound.value.close(promise: nil) }
    }

    private func pump(_ context: ChannelHandlerContext, isChunked: Bool) {
        guard case .streaming(let sink, let end) = state else { return }
        guard let lines = sink.take() else {
            // Once: lines that came before the one that was too much have asked for a turn as well.
            state = .lingering
            end()
            return cutOff(context, isChunked: isChunked)
        }
        guard !lines.isEmpty else { return }
        context.writeAndFlush(wrapOutboundOut(Self.part(lines, isChunked: isChunked))).whenSuccess { sink.wrote(lines.count) }
    }

    /// Lines as they are sent: one chunk (RFC 9112 section 7.1), or as they are.
    private static func part(_ lines: [UInt8], isChunked: Bool) -> ByteBuffer {
        var buffer = ByteBuffer()
        if isChunked { buffer.writeString("\(String(lines.count, radix: 16))\r\n") }
        buffer.writeBytes(lines)
        if isChunked { buffer.writeString("\r\n") }
        return buffer
    }
}
