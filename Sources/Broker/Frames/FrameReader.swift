/// One frame of a broker (AMQP 0-9-1, 2.3.5). Places are offsets in ``FrameBuffer/storage``, valid until the buffer is filled again.
enum Frame: Equatable {
    case method(Range<Int>, channel: UInt16)
    case contentHeader(Range<Int>, channel: UInt16)
    case body(Range<Int>, channel: UInt16)
    /// A content header larger than ``FrameReader/largestContentHeader``: its properties were skipped, and the stream continues behind it.
    case skippedContentHeader(bodyBytes: UInt64, headerBytes: Int, channel: UInt16)
    case heartbeat
}

/// Cuts a broker's bytes into frames, and trusts no size that the broker announces.
///
/// A broker keeps frames to the agreed size, with one exception. It passes on content headers as they are, although their publisher agreed on a
/// larger size or the broker itself made them grow (`x-death`, `x-delivery-count`). The reader reads content headers up to a bound of its own. It
/// skips larger ones without storing them, so that no message can stop a queue.
struct FrameReader {
    /// The largest payload of a content header that the reader stores, in bytes.
    static let largestContentHeader = 1 << 20
    /// The smallest frame size that peers may agree on (AMQP 0-9-1, 1.4.2.6).
    static let leastAgreedBytes = 4096
    /// Type, channel and size in front of each frame's payload.
    private static let prefixBytes = 7
    private static let endOctet: UInt8 = 0xCE

    private enum Kind: UInt8 {
        case method = 1
        case contentHeader = 2
        case body = 3
        case heartbeat = 8
    }

    /// A content header that is being skipped: what is known of it, and the bytes that are still to come, including the end octet.
    private struct Skip {
        let channel: UInt16
        let headerBytes: Int
        let bodyBytes: UInt64
        var missing: Int
    }

    var buffer: FrameBuffer
    /// The size of the buffer, in bytes, that the next frame needs.
    private(set) var wantedBytes = prefixBytes
    private var skip: Skip?
    private let agreedBytes: Int

    /// A reader for a connection whose sides agreed on frames of at most `agreedBytes`, including their headers.
    init(agreedBytes: Int) {
        self.agreedBytes = max(agreedBytes, Self.leastAgreedBytes)
        buffer = FrameBuffer(bytes: self.agreedBytes)
    }

    /// True if ``next()`` may return a frame without more bytes.
    var mayHoldFrame: Bool { buffer.range.count >= wantedBytes }

    /// The next frame, or `nil` if it is not complete yet. After an error the rest of the stream means nothing.
    mutating func next() throws(ProtocolViolation) -> Frame? {
        guard skip == nil else { return try goOnSkipping() }
        let range = buffer.range
        wantedBytes = Self.prefixBytes
        guard let (type, channel, size) = prefix(range) else { return nil }
        let kind = try kind(type, channel: channel, size: size)
        let index = range.lowerBound + Self.prefixBytes
        if kind == .contentHeader, size > Self.largestContentHeader {
            return try beginSkipping(at: index, size: size, channel: channel)
        }
        wantedBytes = Self.prefixBytes + size + 1
        guard range.count >= wantedBytes else { return nil }
        guard buffer.storage[index + size] == Self.endOctet else { throw ProtocolViolation("a frame without its end octet") }
        buffer.drop(wantedBytes)
        wantedBytes = Self.prefixBytes
        return switch kind {
        case .method: .method(index..<index + size, channel: channel)
        case .contentHeader: .contentHeader(index..<index + size, channel: channel)
        case .body: .body(index..<index + size, channel: channel)
        case .heartbeat: .heartbeat
        }
    }

    private func prefix(_ range: Range<Int>) -> (type: UInt8, channel: UInt16, size: Int)? {
        var index = 0
        let bytes = buffer.storage.span.extracting(range)
        guard let type = bytes.number(UInt8.self, at: &index), let channel = bytes.number(UInt16.self, at: &index),
            let size = bytes.number(UInt32.self, at: &index)
        else { return nil }
        return (type, channel, Int(size))
    }

    private func kind(_ type: UInt8, channel: UInt16, size: Int) throws(ProtocolViolation) -> Kind {
        guard let kind = Kind(rawValue: type) else { throw ProtocolViolation("a frame of type \(type)") }
        switch kind {
        case .contentHeader: break
        case .method, .body:
            let most = agreedBytes - Self.prefixBytes - 1
            guard size <= most else { throw ProtocolViolation("a frame of \(size) bytes where \(most) were agreed on") }
        case .heartbeat:
            guard size == 0, channel == 0 else { throw ProtocolViolation("a heartbeat of \(size) bytes on channel \(channel)") }
        }
        return kind
    }

    private mutating func beginSkipping(at index: Int, size: Int, channel: UInt16) throws(ProtocolViolation) -> Frame? {
        // The size of the body comes first. Everything behind it is skipped as it comes.
        wantedBytes = Self.prefixBytes + ContentHeader.fixedBytes
        guard buffer.range.count >= wantedBytes else { return nil }
        let header = try ContentHeader(buffer.storage.span.extracting(index..<index + ContentHeader.fixedBytes))
        buffer.drop(Self.prefixBytes)
        skip = Skip(channel: channel, headerBytes: size, bodyBytes: header.bodyBytes, missing: size + 1)
        return try goOnSkipping()
    }

    private mutating func goOnSkipping() throws(ProtocolViolation) -> Frame? {
        guard var skip else { return nil }
        wantedBytes = Self.prefixBytes
        // The end octet is checked.
        let passed = min(skip.missing - 1, buffer.range.count)
        buffer.drop(passed)
        skip.missing -= passed
        guard skip.missing == 1, let last = buffer.range.first else {
            self.skip = skip
            return nil
        }
        guard buffer.storage[last] == Self.endOctet else { throw ProtocolViolation("a frame without its end octet") }
        buffer.drop(1)
        self.skip = nil
        return .skippedContentHeader(bodyBytes: skip.bodyBytes, headerBytes: skip.headerBytes, channel: skip.channel)
    }
}
