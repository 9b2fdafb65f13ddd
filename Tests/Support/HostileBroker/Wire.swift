/// Bytes in the making as AMQP 0-9-1 encodes them (4.2). It shares nothing with the product, whose reading it puts to the test.
public struct Wire {
    /// What was put so far.
    public private(set) var bytes: [UInt8] = []

    /// Empty.
    public init() {}

    /// A number in network byte order.
    public mutating func put<Number: FixedWidthInteger>(_ number: Number) {
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    /// Bytes as they are.
    public mutating func put(raw: [UInt8]) { bytes += raw }

    /// Up to 255 bytes behind their count.
    public mutating func put(short text: String) {
        precondition(text.utf8.count <= 255, "a short string")
        put(UInt8(text.utf8.count))
        bytes += text.utf8
    }

    /// Bytes behind four for their count.
    public mutating func put(long content: [UInt8]) {
        put(UInt32(content.count))
        bytes += content
    }
}

/// The types a frame can have, and their ends (AMQP 0-9-1, 2.3 and 4.2.3).
public enum FrameType {
    /// Of a method.
    public static let method: UInt8 = 1
    /// Of a content header.
    public static let header: UInt8 = 2
    /// Of a piece of a body.
    public static let body: UInt8 = 3
    /// Of a heartbeat.
    public static let heartbeat: UInt8 = 8
    /// The last byte of each.
    public static let end: UInt8 = 0xCE
}

extension Wire {
    /// A frame. `size` and `end` may lie.
    public static func frame(
        _ type: UInt8, channel: UInt16, _ payload: [UInt8], size: UInt32? = nil, end: UInt8 = FrameType.end
    ) -> [UInt8] {
        var wire = Wire()
        wire.put(type)
        wire.put(channel)
        wire.put(size ?? UInt32(payload.count))
        wire.put(raw: payload)
        wire.put(end)
        return wire.bytes
    }

    /// A method frame; `arguments` puts what the method carries.
    public static func method(_ id: MethodID, channel: UInt16, _ arguments: (inout Wire) -> Void = { _ in }) -> [UInt8] {
        frame(FrameType.method, channel: channel, payload(of: id, arguments))
    }

    /// What a method frame holds.
    public static func payload(of id: MethodID, _ arguments: (inout Wire) -> Void = { _ in }) -> [UInt8] {
        var wire = Wire()
        wire.put(id.classNumber)
        wire.put(id.methodNumber)
        arguments(&wire)
        return wire.bytes
    }

    /// A content header frame of class basic. `properties` begin with their flags.
    public static func header(
        channel: UInt16, bodyBytes: UInt64, properties: [UInt8] = [0, 0], classNumber: UInt16 = 60, weight: UInt16 = 0
    ) -> [UInt8] {
        var wire = Wire()
        wire.put(classNumber)
        wire.put(weight)
        wire.put(bodyBytes)
        wire.put(raw: properties)
        return frame(FrameType.header, channel: channel, wire.bytes)
    }

    /// A body frame.
    public static func body(channel: UInt16, _ bytes: [UInt8]) -> [UInt8] { frame(FrameType.body, channel: channel, bytes) }
}
