import NIOCore
import NIOEmbedded

@testable import Commands
@testable import ControlMessages
@testable import ControlServer

/// libFuzzer calls this with whatever it has thought of: what a client might send. It must not crash, hang or answer anything but HTTP.
///
/// The first byte decides where the rest is cut in two, so that requests also come in pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzControl(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = input.first else { return 0 }
    let bytes = input.dropFirst()
    let middle = bytes.startIndex + Int(first) * bytes.count / 256
    converse([bytes[..<middle], bytes[middle...]])
    return 0
}

private func converse(_ pieces: [ArraySlice<UInt8>]) {
    let channel = EmbeddedChannel()
    var limits = ServerLimits()
    // Small enough to be reached.
    (limits.headerBytes, limits.bodyBytes) = (512, 4096)
    let core = ServerCore(limits: limits, loop: channel.embeddedEventLoop, onChange: { _ in })
    let router = Router(routes: Route.all)
    do {
        let listener = ListenerContext(
            core: core, load: core.control, limits: limits, router: router, service: FuzzedService.whole, hosts: .any)
        guard try ConnectionHandler.install(on: channel, listener: listener, peer: Peer(uid: 0, pid: 1, level: .administer)) else {
            fatalError("there is a place for the first connection")
        }
        channel.pipeline.fireChannelActive()
        for piece in pieces where channel.isActive || !piece.isEmpty {
            _ = try? channel.writeInbound(ByteBuffer(bytes: piece))
            channel.embeddedEventLoop.run()
        }
        // A silent client is cut off.
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        checkAnswers(channel)
        _ = try? channel.finish(acceptAlreadyClosed: true)
    } catch {
        fatalError("the handlers cannot be installed: \(error)")
    }
}

/// Each answer begins like one, and errors have the one shape.
private func checkAnswers(_ channel: EmbeddedChannel) {
    var answers: [UInt8] = []
    while let part = try? channel.readOutbound(as: ByteBuffer.self) { answers += part.readableBytesView }
    guard !answers.isEmpty else { return }
    var reader = ResponseReader()
    do throws(ResponseFault) {
        let body = try reader.append(answers[...])
        // After HEAD there is no body; an interim answer and a stream have no length.
        guard let status = reader.status, status >= 400, reader.isComplete, !body.isEmpty else { return }
        precondition((try? ControlJSON.decode(ErrorReply.self, from: body)) != nil, "an error of another shape")
    } catch {
        preconditionFailure("an answer that is no HTTP: \(error.reason)")
    }
}
