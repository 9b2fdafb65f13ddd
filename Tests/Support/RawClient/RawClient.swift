import Glibc

/// A publisher that sends what no client library would: content headers of its own, byte for byte. It knows nothing of the product's encoding.
/// For one thread; each call blocks, half a minute at most.
public final class RawClient {
    /// What went wrong.
    public struct Failure: Error {
        /// For people.
        public let text: String
    }

    private enum MethodID {
        static let connectionStart: UInt32 = 10 << 16 | 10, connectionStartOk: UInt32 = 10 << 16 | 11
        static let connectionTune: UInt32 = 10 << 16 | 30, connectionTuneOk: UInt32 = 10 << 16 | 31
        static let connectionOpen: UInt32 = 10 << 16 | 40, connectionOpenOk: UInt32 = 10 << 16 | 41
        static let channelOpen: UInt32 = 20 << 16 | 10, channelOpenOk: UInt32 = 20 << 16 | 11
        static let confirmSelect: UInt32 = 85 << 16 | 10, confirmSelectOk: UInt32 = 85 << 16 | 11
        static let basicPublish: UInt32 = 60 << 16 | 40, basicAck: UInt32 = 60 << 16 | 80
    }

    /// The frame size that was agreed on, everything included.
    public let frameBytes: Int
    private let socket: RawSocket

    /// Logs in as guest at a port of this machine, opens channel 1 and puts it into confirm mode. Agrees on the largest frame that the broker allows,
    /// up to `frameBytes`.
    public init(port: UInt16, frameBytes: UInt32 = 131_072) throws(Failure) {
        socket = try RawSocket(port: port)
        try socket.send(Array("AMQP".utf8) + [0, 0, 9, 1])
        _ = try socket.receive(MethodID.connectionStart)
        let response = Array("\0guest\0guest".utf8)
        try socket.send(
            MethodID.connectionStartOk, channel: 0,
            [0, 0, 0, 0] + Self.text("PLAIN") + UInt32(response.count).networkBytes + response + Self.text("en_US"))
        let tune = try socket.receive(MethodID.connectionTune)
        let offered = tune.dropFirst(2).prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let agreed = offered == 0 ? frameBytes : min(offered, frameBytes)
        self.frameBytes = Int(agreed)
        try socket.send(MethodID.connectionTuneOk, channel: 0, [0, 10] + agreed.networkBytes + [0, 0])
        try socket.send(MethodID.connectionOpen, channel: 0, Self.text("/") + [0, 0])
        _ = try socket.receive(MethodID.connectionOpenOk)
        try socket.send(MethodID.channelOpen, channel: 1, [0])
        _ = try socket.receive(MethodID.channelOpenOk)
        try socket.send(MethodID.confirmSelect, channel: 1, [0])
        _ = try socket.receive(MethodID.confirmSelectOk)
    }

    /// Publishes a message with these properties, flags included, to a queue, and waits until the broker has confirmed it.
    public func publish(_ body: [UInt8], properties: [UInt8], to queue: String) throws(Failure) {
        try socket.send(MethodID.basicPublish, channel: 1, [0, 0, 0] + Self.text(queue) + [0])
        try socket.send(frame: 2, channel: 1, [0, 60, 0, 0] + UInt64(body.count).networkBytes + properties)
        if !body.isEmpty { try socket.send(frame: 3, channel: 1, body) }
        _ = try socket.receive(MethodID.basicAck)
    }

    /// Properties of so many bytes in all: one header, named `big`.
    public static func properties(bytes: Int) -> [UInt8] {
        let value = [UInt8](repeating: UInt8(ascii: "x"), count: bytes - 15)
        let table = text("big") + [UInt8(ascii: "S")] + UInt32(value.count).networkBytes + value
        return [0x20, 0] + UInt32(table.count).networkBytes + table
    }

    private static func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + text.utf8 }
}
