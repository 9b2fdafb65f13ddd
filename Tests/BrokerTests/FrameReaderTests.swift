import Testing

@testable import Broker

@Suite("Frames are cut from a stream")
struct FrameReaderTests {
    private typealias Sample = FrameSample

    @Test("However the stream is split, the same frames come", arguments: [1, 2, 3, 7, 100, 10_000])
    func splits(size: Int) throws {
        let payloads: [[UInt8]] = [[1, 2, 3], [], Array(repeating: 7, count: 3000)]
        let stream =
            Sample.frame(1, channel: 1, payloads[0]) + Sample.frame(8, channel: 0, []) + Sample.frame(3, channel: 2, payloads[1])
            + Sample.frame(3, channel: 65_535, payloads[2])
        #expect(
            try Sample.read(stream, by: size) == [
                .frame(type: 1, channel: 1, payloads[0]), .heartbeat, .frame(type: 3, channel: 2, payloads[1]),
                .frame(type: 3, channel: 65_535, payloads[2]),
            ])
    }

    @Test(
        "What is no frame is a violation, and no trap",
        arguments: [
            FrameSample.frame(4, channel: 1, []), FrameSample.frame(0, channel: 1, []), FrameSample.frame(255, channel: 1, [1]),
            FrameSample.frame(1, channel: 1, [1, 2], end: 0xCD), FrameSample.frame(8, channel: 1, []),
            FrameSample.frame(8, channel: 0, [1]), FrameSample.prefix(1, size: .max), FrameSample.prefix(3, size: 0x7FFF_FFFF),
            FrameSample.prefix(3, size: 4096 - 7), Array("HTTP/1.1 400 Bad Request\r\n".utf8), Array("AMQP\u{0}\u{0}\u{9}\u{1}".utf8),
        ])
    func violations(stream: [UInt8]) {
        for size in [1, 1000] { #expect(throws: ProtocolViolation.self) { try Sample.read(stream, by: size) } }
    }

    @Test("A content header of up to 1 MiB is read although less was agreed on, and its memory is given back")
    func largeHeader() throws {
        let header = Sample.header(bodyBytes: 3, bytes: FrameReader.largestContentHeader)
        var reader = FrameReader(agreedBytes: 4096)
        let seen = try Sample.read(
            Sample.frame(2, channel: 1, header) + Sample.frame(3, channel: 1, [1, 2, 3]), by: 50_000, with: &reader)
        #expect(seen == [.frame(type: 2, channel: 1, header), .frame(type: 3, channel: 1, [1, 2, 3])])
        _ = try Sample.read(Sample.frame(3, channel: 1, [1]), by: 50_000, with: &reader)
        #expect(reader.buffer.storage.count == 4096 + FrameBuffer.leastRoom)
    }

    @Test("A larger one is passed over without being held, and what follows it is read", arguments: [1, 40_000, 1 << 20])
    func skippedHeader(split: Int) throws {
        let bytes = FrameReader.largestContentHeader + 1
        var reader = FrameReader(agreedBytes: 4096)
        let stream = Sample.frame(2, channel: 9, Sample.header(bodyBytes: 2, bytes: bytes)) + Sample.frame(3, channel: 9, [5, 6])
        // Byte by byte only around the ends: a million steps take too long.
        let first = try Sample.read(Array(stream.prefix(100)), by: split, with: &reader)
        let middle = try Sample.read(Array(stream.dropFirst(100).dropLast(100)), by: 60_000, with: &reader)
        let last = try Sample.read(Array(stream.suffix(100)), by: split, with: &reader)
        #expect(first + middle + last == [.skipped(channel: 9, bodyBytes: 2, headerBytes: bytes), .frame(type: 3, channel: 9, [5, 6])])
        #expect(reader.buffer.storage.count == 4096 + FrameBuffer.leastRoom)
    }

    @Test("A header that is passed over ends with the end octet, or the stream means nothing")
    func skippedEnd() {
        let header = Sample.header(bodyBytes: 2, bytes: FrameReader.largestContentHeader + 1)
        #expect(throws: ProtocolViolation.self) { try Sample.read(Sample.frame(2, channel: 1, header, end: 0), by: 60_000) }
        let foreign = Sample.header(bodyBytes: 2, bytes: FrameReader.largestContentHeader + 1, contentClass: 61)
        #expect(throws: ProtocolViolation.self) { try Sample.read(Sample.frame(2, channel: 1, foreign), by: 60_000) }
    }

    @Test("What is announced takes no memory beyond a frame")
    func memory() throws {
        var reader = FrameReader(agreedBytes: 131_072)
        #expect(try Sample.read(Sample.prefix(2, size: .max) + Sample.header(bodyBytes: 1, bytes: 5000), by: 100, with: &reader).isEmpty)
        #expect(reader.buffer.storage.count <= 131_072 + FrameBuffer.leastRoom)
    }
}

/// Frames as a broker writes them.
enum FrameSample {
    enum Seen: Equatable {
        case frame(type: UInt8, channel: UInt16, [UInt8])
        case skipped(channel: UInt16, bodyBytes: UInt64, headerBytes: Int)
        case heartbeat
    }

    static func prefix(_ type: UInt8, channel: UInt16 = 1, size: UInt32) -> [UInt8] {
        [type] + channel.bigEndianBytes + size.bigEndianBytes
    }

    static func frame(_ type: UInt8, channel: UInt16, _ payload: [UInt8], end: UInt8 = 0xCE) -> [UInt8] {
        prefix(type, channel: channel, size: UInt32(payload.count)) + payload + [end]
    }

    /// A content header's payload of so many bytes.
    static func header(bodyBytes: UInt64, bytes: Int, contentClass: UInt16 = 60) -> [UInt8] {
        contentClass.bigEndianBytes + [0, 0] + bodyBytes.bigEndianBytes + [UInt8](repeating: 0, count: bytes - 12)
    }

    static func read(_ stream: [UInt8], by size: Int) throws -> [Seen] {
        var reader = FrameReader(agreedBytes: 4096)
        return try read(stream, by: size, with: &reader)
    }

    /// Feeds the stream in pieces.
    static func read(_ stream: [UInt8], by size: Int, with reader: inout FrameReader) throws -> [Seen] {
        var (rest, seen) = (stream[...], [Seen]())
        while !rest.isEmpty {
            let piece = rest.prefix(size)
            let (count, _) = unsafe reader.buffer.fill(wanted: reader.wantedBytes) { room in
                let count = min(room.count, piece.count)
                unsafe room.copyBytes(from: piece.prefix(count))
                return count
            }
            rest = rest.dropFirst(count)
            while let frame = try reader.next() {
                switch frame {
                case .method(let range, let channel): seen.append(.frame(type: 1, channel: channel, Array(reader.buffer.storage[range])))
                case .contentHeader(let range, let channel):
                    seen.append(.frame(type: 2, channel: channel, Array(reader.buffer.storage[range])))
                case .body(let range, let channel): seen.append(.frame(type: 3, channel: channel, Array(reader.buffer.storage[range])))
                case .skippedContentHeader(let bodyBytes, let headerBytes, let channel):
                    seen.append(.skipped(channel: channel, bodyBytes: bodyBytes, headerBytes: headerBytes))
                case .heartbeat: seen.append(.heartbeat)
                }
            }
        }
        return seen
    }
}
