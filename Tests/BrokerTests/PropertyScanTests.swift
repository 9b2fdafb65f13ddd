import Messages
import Testing

@testable import Broker

@Suite("Properties as they come")
struct PropertyScanTests {
    private func scan(_ bytes: [UInt8]) -> PropertyScan { PropertyScan(bytes.span) }

    @Test("Encoding and time are found among all fourteen properties")
    func all() {
        let scan = scan(Self.everything)
        #expect(scan.fault == nil)
        #expect(scan.contentEncoding == .gzip)
        #expect(scan.timestamp == 1_700_000_000)
    }

    @Test("No properties are readable properties")
    func none() { #expect(scan([0, 0]) == scan([0x10, 0, 2])) }

    @Test(
        "Flags that stand for no property are told, the continuation bit among them",
        arguments: [0x0001, 0x0002, 0x8001, 0xFFFF] as [UInt16])
    func unknownFlags(flags: UInt16) {
        #expect(scan(flags.bigEndianBytes).fault == .unknownFlags(flags))
        #expect(scan(flags.bigEndianBytes + [0, 0]).fault == .unknownFlags(flags))
    }

    @Test("Cut off anywhere they are unreadable, and so they are with something behind")
    func cut() {
        for length in 0..<Self.everything.count {
            let scan = scan(Array(Self.everything.prefix(length)))
            #expect(scan.fault == .cutOff, "\(length) bytes")
            #expect(scan.contentEncoding == .identity && scan.timestamp == nil)
        }
        #expect(scan(Self.everything + [0]).fault == .trailingBytes)
        #expect(scan([0, 0, 0]).fault == .trailingBytes)
    }

    @Test(
        "Headers that are no field table are told",
        arguments: [
            [1, 65], [1, 65, 0x7A], [1, 65, 0x49, 0, 0], [5, 65, 66], [1, 65, 0x53, 0, 0, 0, 2, 65], [1, 65, 0x53, 0xFF, 0xFF, 0xFF, 0xFF],
            [1, 65, 0x56, 1],
        ] as [[UInt8]])
    func badHeaders(table: [UInt8]) {
        #expect(scan([0x20, 0] + UInt32(table.count).bigEndianBytes + table).fault == .badHeaders)
    }

    @Test("A table that announces more than there is ends the properties", arguments: [1, 0x7FFF_FFFF, .max] as [UInt32])
    func announcedTable(size: UInt32) { #expect(scan([0x20, 0] + size.bigEndianBytes).fault == .cutOff) }

    @Test("What reads properties for publishing again agrees with what looks at them when they come")
    func agrees() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var bytes = Self.everything
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            if Bool.random(using: &generator) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator)) }
            let fault = scan(bytes).fault
            // Empty bytes mean no properties when publishing, and no content header when reading.
            #expect((MessageProperties(bytes[...]) == nil) == (fault != nil) || bytes.isEmpty, "\(bytes)")
        }
    }

    static let everything: [UInt8] = {
        var table = FieldTable()
        table.append("x", .boolean(true))
        table.append("since", .timestamp(5))
        var bytes: [UInt8] = [0xFF, 0xFC]
        for text in ["application/json", "gzip"] { bytes += [UInt8(text.utf8.count)] + text.utf8 }
        bytes += table.encoded + [2, 9]
        for text in ["correlation", "reply", "60000", "message"] { bytes += [UInt8(text.utf8.count)] + text.utf8 }
        bytes += [0, 0, 0, 0, 0x65, 0x53, 0xF1, 0]
        for text in ["type", "me", "app", "cluster"] { bytes += [UInt8(text.utf8.count)] + text.utf8 }
        return bytes
    }()
}
