import Testing

@testable import Broker

@Suite("Field tables are encoded as RabbitMQ reads them")
struct FieldTableTests {
    @Test(
        "Name, type letter, value in network byte order",
        arguments: [
            (HeaderValue.string("é"), [0x53, 0, 0, 0, 2, 0xC3, 0xA9] as [UInt8]), (.boolean(true), [0x74, 1]),
            (.integer(-2), [0x6C, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE]), (.timestamp(256), [0x54, 0, 0, 0, 0, 0, 0, 1, 0]),
        ])
    func values(value: HeaderValue, expected: [UInt8]) {
        var table = FieldTable()
        table.append("a", value)
        #expect(table.encoded == [0, 0, 0, UInt8(expected.count + 2), 1, 0x61] + expected)
    }

    @Test("A table can hold a table")
    func nested() {
        var (inner, outer) = (FieldTable(), FieldTable())
        inner.append("b", .boolean(false))
        outer.append("a", inner)
        #expect(outer.encoded == [0, 0, 0, 11, 1, 0x61, 0x46, 0, 0, 0, 4, 1, 0x62, 0x74, 0])
    }

    @Test("A name longer than the protocol has room for is cut")
    func longName() {
        var table = FieldTable()
        table.append(String(repeating: "n", count: 300), .boolean(true))
        #expect(table.entries.count == 1 + 255 + 2)
        #expect(table.entries[0] == 255)
    }
}
