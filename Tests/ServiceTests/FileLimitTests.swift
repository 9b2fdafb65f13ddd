import Broker
import Settings
import Testing

@testable import Service

@Suite("How many files the process may have open")
struct FileLimitTests {
    private let limit = FileLimit(Settings())

    @Test("Is raised to what is needed if that is allowed, and no further")
    func raising() {
        #expect(limit.judge(soft: 40, hard: 524_288) == .raise(to: limit.wanted))
        #expect(limit.judge(soft: limit.wanted, hard: limit.wanted) == .enough)
        #expect(limit.judge(soft: 1024, hard: 524_288) == .enough)
    }

    @Test("Between least and wanted there are fewer clients at the control socket, and some even at the least")
    func few() {
        #expect(limit.judge(soft: 40, hard: limit.least) == .few(limit: limit.least, clients: FileLimit.leastClients))
        #expect(
            limit.judge(soft: limit.wanted - 1, hard: limit.wanted - 1)
                == .few(limit: limit.wanted - 1, clients: FileLimit.mostClients - 1))
    }

    @Test("Is too few below the least", arguments: [24, 40, 100])
    func tooFew(number: Int) {
        #expect(limit.judge(soft: number, hard: number) == .tooFew(number))
    }

    @Test("Grows with the connections to the database")
    func connections() {
        var settings = Settings()
        settings.arangodb.connections = 64
        settings.arangodb.endpoints = ["http://a", "http://b", "http://c"]
        #expect(FileLimit(settings).least - limit.least == 2 * (66 * 3 - 6))
        #expect(FileLimit(settings).wanted < 1024, "what systemd allows without being asked")
    }

    @Test("Grows with the dead-letter queues, each of which has a connection to RabbitMQ, as far as there are so many")
    func letters() {
        var settings = Settings()
        settings.processors = ["a", "b", "c"].map {
            ProcessorSettings(name: $0, queue: $0, operation: .update, collection: "d", key: JSONPointer())
        }
        // Socket, wake-up and look-up, of one engine and of the next one.
        #expect(FileLimit(settings).least - limit.least == 2 * 3 * 3)
        #expect(FileLimit(settings).least == 134 && FileLimit(settings).wanted == 230, "as the manual says")
        settings.deadLetter.enabled = false
        #expect(FileLimit(settings).least == limit.least)
        settings.deadLetter.enabled = true
        settings.processors = (0..<PublisherPool.mostConnections + 10).map {
            ProcessorSettings(name: "p\($0)", queue: "q\($0)", operation: .update, collection: "d", key: JSONPointer())
        }
        #expect(FileLimit(settings).least - limit.least == 2 * 3 * PublisherPool.mostConnections)
    }
}
