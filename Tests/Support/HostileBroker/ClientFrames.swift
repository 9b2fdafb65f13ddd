/// A client's bytes, cut into frames.
struct ClientFrames {
    struct Frame {
        let type: UInt8
        let channel: UInt16
        let payload: ArraySlice<UInt8>

        /// `nil` if it is no method.
        var method: MethodID? {
            guard type == FrameType.method, payload.count >= 4 else { return nil }
            return MethodID(number(0, UInt16.self), number(2, UInt16.self))
        }

        /// A consumer whose argument is a text that no broker takes.
        var asksForType: Bool {
            ["x-priorityS", "x-stream-offsetS"].contains { name in
                payload.indices.contains { payload[$0...].starts(with: name.utf8) }
            }
        }

        /// A number in the payload.
        func number<Number: FixedWidthInteger>(_ offset: Int, _ type: Number.Type) -> Number {
            payload.dropFirst(offset).prefix(Number.bitWidth / 8).reduce(0) { $0 << 8 | Number($1) }
        }
    }

    /// The client broke the rules.
    struct Violation: Error {
        let text: String
    }

    private var bytes: ArraySlice<UInt8> = []

    mutating func append(_ more: [UInt8]) { bytes += more }

    /// The 8 bytes with which a client begins; `nil` if they have not come yet.
    mutating func takeProtocolHeader() throws(Violation) -> Bool {
        guard bytes.count >= 8 else { return false }
        guard bytes.prefix(8).elementsEqual(Array("AMQP".utf8) + [0, 0, 9, 1]) else { throw Violation(text: "no protocol header") }
        bytes.removeFirst(8)
        return true
    }

    /// `nil` if no whole frame has come.
    mutating func next() throws(Violation) -> Frame? {
        guard bytes.count >= 8 else { return nil }
        let size = Int(bytes.dropFirst(3).prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
        guard size + 8 <= Int(Answers.frameMax) else { throw Violation(text: "the client sent a frame of \(size) bytes") }
        guard bytes.count >= size + 8 else { return nil }
        let channel = bytes.dropFirst(1).prefix(2).reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
        let frame = Frame(type: bytes[bytes.startIndex], channel: channel, payload: bytes.dropFirst(7).prefix(size))
        guard bytes[bytes.startIndex + size + 7] == FrameType.end else { throw Violation(text: "a wrong frame end") }
        bytes.removeFirst(size + 8)
        return frame
    }
}
