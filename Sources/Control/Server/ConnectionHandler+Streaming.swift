internal import NIOCore
internal import NIOHTTP1

/// Answers that go on: one JSON object a line.
extension ConnectionHandler {
    /// Newline-delimited JSON.
    static let streamType = "application/x-ndjson"

    /// Lets lines through until the client goes, or is cut off because it does not read.
    func stream(
        _ head: HTTPRequestHead, _ context: ChannelHandlerContext, from begin: (LineSink) throws(ControlError) -> @Sendable () -> Void
    ) {
        let loop = context.eventLoop
        let bound = NIOLoopBound((self, context), eventLoop: loop)
        let sink = LineSink(limit: core.limits.streamBytes) {
            loop.execute {
                let (handler, context) = bound.value
                handler.pump(context)
            }
        }
        do throws(ControlError) {
            // Lines that come at once find the state below: waking takes a turn of the loop.
            state = .streaming(sink, end: try begin(sink))
        } catch {
            return answer(.error(error), to: head, context)
        }
        let headers = HTTPHeaders([("Content-Type", Self.streamType), ("Cache-Control", "no-store"), ("Connection", "close")])
        // Without a length NIO sends it in chunks, and to HTTP/1.0 as it is.
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: .ok, headers: headers))), promise: nil)
    }

    /// The reader is too slow, and what it has not read is dropped. If it reads the rest after all, it learns why it ends.
    private func cutOff(_ context: ChannelHandlerContext) {
        let line = #"{"detail":"lines were not read fast enough, and the rest was dropped","event":"cut-off"}"# + "\n"
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        setTimer(core.limits.answerTime, context) { _, context in context.close(promise: nil) }
        context.write(wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(string: line)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.close(promise: nil) }
    }

    private func pump(_ context: ChannelHandlerContext) {
        guard case .streaming(let sink, let end) = state else { return }
        guard let lines = sink.take() else {
            // Once: lines that came before the one that was too much have asked for a turn as well.
            state = .lingering
            end()
            return cutOff(context)
        }
        guard !lines.isEmpty else { return }
        let part = HTTPServerResponsePart.body(.byteBuffer(context.channel.allocator.buffer(bytes: lines)))
        context.writeAndFlush(wrapOutboundOut(part)).whenSuccess { sink.wrote(lines.count) }
    }
}
