import Messages
import Twins

@testable import Broker

/// libFuzzer calls this with what a broker may send after the login. It must not trap, and what Warren makes of it must be what a plain reader makes
/// of it that shares no code with it, however the bytes come in pieces.
///
/// The first byte is the seed of the pieces; of the second one bit says which frame size was agreed on, and another one that a mebibyte of zeros is
/// put in behind the twentieth byte of the stream, so that headers which are too large to be kept are met as well. The rest is the stream.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFrames(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard input.count >= 2 else { return 0 }
    var stream = Array(input[2...])
    if input[1] & 0xFE == 0xFE, stream.count > 20 { stream.insert(contentsOf: [UInt8](repeating: 0, count: 1 << 20), at: 20) }
    let agreedBytes = input[1] & 1 == 0 ? 4096 : 131_072

    let whole = Conversation(agreedBytes: agreedBytes).events(of: stream, inPiecesOf: { stream.count })
    var generator = UInt32(input[0]) &* 2_654_435_761 &+ 1
    let pieces = Conversation(agreedBytes: agreedBytes).events(of: stream) {
        generator = generator &* 1_664_525 &+ 1_013_904_223
        // Mostly a few bytes, and enough of them that a mebibyte is not cut into a million pieces.
        return stream.count > 1 << 20 ? 4096 + Int(generator >> 18) : 1 + Int(generator >> 27)
    }
    must(whole == pieces, "in pieces it is something else: \(whole.suffix(2)) and \(pieces.suffix(2))")
    var twin = FramesTwin(stream, agreedBytes: agreedBytes)
    let expected = twin.events()
    must(whole.elementsEqual(expected, by: ==), "\(whole.suffix(2)) where \(expected.suffix(2)) is due")
    return 0
}

/// What happens on a connection.
enum StreamEvent: Equatable {
    /// `readable`: the properties are encoded as the protocol says.
    case delivery(channel: Int, tag: UInt64, redelivered: Bool, route: [String], body: [UInt8], properties: [UInt8], isReadable: Bool)
    case returned(channel: Int, code: UInt16, text: String, route: [String], body: [UInt8], properties: [UInt8])
    /// A method that is no content's, with its channel and what was read of it.
    case method(channel: UInt16, [String])
    /// The peer broke the rules; nothing is read any more.
    case violation
}

/// The product's reader and the contents of two channels.
private struct Conversation {
    /// What the reader may hold: one header of the largest kind, and room to read into.
    private static let mostHeld = FrameReader.largestContentHeader + 8 + 2 * FrameBuffer.leastRoom

    private var reader: FrameReader
    private var contents = [ContentAssembly(), ContentAssembly()]
    private var events: [StreamEvent] = []

    init(agreedBytes: Int) { reader = FrameReader(agreedBytes: agreedBytes) }

    consuming func events(of stream: [UInt8], inPiecesOf size: () -> Int) -> [StreamEvent] {
        var offset = 0
        do throws(ProtocolViolation) {
            while true {
                try takeFrames()
                guard offset < stream.count else { return events }
                let most = max(1, size())
                let (bytes, _) = unsafe reader.buffer.fill(wanted: reader.wantedBytes) { room in
                    let count = min(most, room.count, stream.count - offset)
                    unsafe stream.withUnsafeBytes {
                        unsafe room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
                    }
                    return count
                }
                must(bytes > 0, "there is no room for what is wanted")
                must(reader.buffer.storage.count <= Self.mostHeld, "more is held than may be")
                offset += bytes
            }
        } catch {
            must(!error.text.isEmpty, "a violation says what is wrong")
            return events + [.violation]
        }
    }

    private mutating func takeFrames() throws(ProtocolViolation) {
        // The bytes are lent by the reader while the contents change.
        var contents = [ContentAssembly]()
        swap(&contents, &self.contents)
        defer { swap(&contents, &self.contents) }
        while let frame = try reader.next() {
            var bound = ReadBound()
            let method = try contents.take(frame, in: reader.buffer.storage.span, bound: &bound)
            for index in contents.indices {
                for delivery in contents[index].takeDeliveries() { add(delivery, index + 1) }
                for message in contents[index].takeReturns() { add(message, index + 1) }
            }
            if let method { events.append(.method(channel: method.channel, method.method.parts)) }
        }
    }

    private mutating func add(_ delivery: Delivery, _ channel: Int) {
        let isReadable = delivery.unreadable == nil
        // Two readers of properties must agree: what the scan lets through is published again later.
        if isReadable { must(MessageProperties(delivery.encodedProperties) != nil, "scanned, and cannot be read") }
        events.append(
            .delivery(
                channel: channel, tag: delivery.tag.rawValue, redelivered: delivery.redelivered,
                route: [delivery.route.exchange, delivery.route.routingKey], body: Array(delivery.body),
                properties: Array(delivery.encodedProperties), isReadable: isReadable))
        _ = (delivery.headers, delivery.headerFields, delivery.propertyFields)
    }

    private mutating func add(_ message: ReturnedMessage, _ channel: Int) {
        events.append(
            .returned(
                channel: channel, code: message.replyCode, text: message.replyText,
                route: [message.route.exchange, message.route.routingKey],
                body: Array(message.body), properties: Array(message.encodedProperties)))
    }
}

extension ServerMethod {
    /// For comparing.
    fileprivate var parts: [String] {
        switch self {
        case .declareOk(let ready, let consumers): ["declare-ok", "\(ready)", "\(consumers)"]
        case .channelClose(let code, let text): ["channel.close", "\(code)", text]
        case .connectionClose(let code, let text): ["connection.close", "\(code)", text]
        case .blocked(let reason): ["blocked", reason]
        case .ack(let tag, let multiple): ["ack", "\(tag)", "\(multiple)"]
        case .nack(let tag, let multiple): ["nack", "\(tag)", "\(multiple)"]
        default: []
        }
    }
}
