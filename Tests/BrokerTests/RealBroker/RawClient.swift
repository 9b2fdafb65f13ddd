import CRabbitMQ
import Glibc
import Testing

@testable import Broker

/// A publisher that sends what no client library would: its own content headers, byte for byte. For one thread; blocks.
final class RawClient {
    struct Failure: Error { let text: String }

    /// The frame size that was agreed on.
    private(set) var frameBytes = 131_072
    private let socket: Int32
    private var reader: FrameReader

    /// Logs in as guest, opens channel 1 and puts it into confirm mode. Agrees on the largest frame that the broker allows, up to `frameBytes`.
    init(port: UInt16, frameBytes: UInt32 = 131_072) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        reader = FrameReader(agreedBytes: 1 << 21)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Failure(text: "connect: errno \(errno)") }
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        try send([0x41, 0x4D, 0x51, 0x50, 0, 0, 9, 1])
        _ = try expect(AMQP_CONNECTION_START_METHOD)
        var properties = FieldTable()
        properties.append("connection_name", .string("raw client"))
        let response = Array("\0guest\0guest".utf8)
        try sendMethod(
            0, AMQP_CONNECTION_START_OK_METHOD,
            properties.encoded + Self.text("PLAIN") + UInt32(response.count).bigEndianBytes + response + Self.text("en_US"))
        let tune = try expect(AMQP_CONNECTION_TUNE_METHOD)
        let offered = tune[2..<6].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let agreed = offered == 0 ? frameBytes : min(offered, frameBytes)
        self.frameBytes = Int(agreed)
        try sendMethod(0, AMQP_CONNECTION_TUNE_OK_METHOD, UInt16(10).bigEndianBytes + agreed.bigEndianBytes + [0, 0])
        try sendMethod(0, AMQP_CONNECTION_OPEN_METHOD, Self.text("/") + [0, 0])
        _ = try expect(AMQP_CONNECTION_OPEN_OK_METHOD)
        try sendMethod(1, AMQP_CHANNEL_OPEN_METHOD, [0])
        _ = try expect(AMQP_CHANNEL_OPEN_OK_METHOD)
        try sendMethod(1, AMQP_CONFIRM_SELECT_METHOD, [0])
        _ = try expect(AMQP_CONFIRM_SELECT_OK_METHOD)
    }

    deinit { close(socket) }

    /// Publishes a message with these properties, flags included, to a queue, and waits until the broker has confirmed it.
    func publish(_ body: [UInt8], properties: [UInt8], to queue: String) throws {
        try sendMethod(1, AMQP_BASIC_PUBLISH_METHOD, [0, 0, 0] + Self.text(queue) + [0])
        try send(FrameSample.frame(2, channel: 1, [0, 60, 0, 0] + UInt64(body.count).bigEndianBytes + properties))
        if !body.isEmpty { try send(FrameSample.frame(3, channel: 1, body)) }
        _ = try expect(AMQP_BASIC_ACK_METHOD)
    }

    /// Properties with one header of so many bytes, everything included.
    static func properties(bytes: Int) -> [UInt8] {
        var table = FieldTable()
        table.append("big", .string(String(repeating: "x", count: bytes - 15)))
        return [0x20, 0] + table.encoded
    }

    private func sendMethod(_ channel: UInt16, _ id: UInt32, _ arguments: [UInt8]) throws {
        try send(FrameSample.frame(1, channel: channel, id.bigEndianBytes + arguments))
    }

    private func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw Failure(text: "send: errno \(errno)") }
            rest = rest.dropFirst(count)
        }
    }

    /// The arguments of the next method, which must be this one.
    private func expect(_ id: UInt32) throws -> [UInt8] {
        while true {
            while let frame = try reader.next() {
                guard case .method(let place, _) = frame else { continue }
                let payload = Array(reader.buffer.storage[place])
                guard Array(payload.prefix(4)) == id.bigEndianBytes else {
                    throw Failure(text: "\(try ServerMethod(payload: payload.span)) instead of \(id >> 16).\(id & 0xFFFF)")
                }
                return Array(payload.dropFirst(4))
            }
            let (count, _) = try unsafe reader.buffer.fill(wanted: reader.wantedBytes) { room throws(Failure) in
                let count = unsafe recv(socket, room.baseAddress, room.count, 0)
                guard count > 0 else { throw Failure(text: "the broker is gone, or silent: errno \(errno)") }
                return count
            }
            _ = count
        }
    }

    private static func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + text.utf8 }
}
