import Messages
import Testing

@testable import Broker

@Suite("How often a message was rejected before") struct RejectionCountTests {
    private func death(_ queue: String, _ reason: String, _ count: Int64) -> FieldTable {
        var table = FieldTable()
        table.append("count", .integer(count))
        table.append("reason", .string(reason))
        table.append("queue", .string(queue))
        table.append("exchange", .string(""))
        return table
    }

    private func delivery(_ deaths: [FieldTable]) -> Delivery {
        let elements = deaths.flatMap { [UInt8(ascii: "F")] + $0.encoded }
        let name = Array("x-death".utf8)
        let entry = [UInt8(name.count)] + name + [UInt8(ascii: "A")] + UInt32(elements.count).bigEndianBytes + elements
        return delivery(headers: UInt32(entry.count).bigEndianBytes + entry)
    }

    private func delivery(headers: [UInt8]) -> Delivery {
        Delivery(
            tag: 1, redelivered: false, route: Route(exchange: "", routingKey: "q"), contentEncoding: .identity, timestamp: nil,
            bytes: MessageProperties.Flag.headers.bigEndianBytes + headers, bodyBytes: 0)
    }

    @Test("Only rejections count, and only those of this queue") func counts() {
        let deaths = [death("q", "expired", 9), death("other", "rejected", 8), death("q", "rejected", 5)]
        #expect(delivery(deaths).rejections(from: "q") == 5)
        #expect(delivery(deaths).rejections(from: "third") == 0)
        #expect(delivery([]).rejections(from: "q") == 0)
    }

    @Test("Whatever a publisher writes there ends nothing", arguments: 0..<64) func damaged(cut: Int) {
        let whole = Array(delivery([death("q", "rejected", .max)]).encodedProperties.dropFirst(2))
        _ = delivery(headers: Array(whole.prefix(cut))).rejections(from: "q")
        #expect(delivery([death("q", "rejected", .min)]).rejections(from: "q") == 0)
    }
}
