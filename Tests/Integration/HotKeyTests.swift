import ArangoEmulator
import TestDatabase
import Testing
import Waiting

extension WholeService {
    @Suite("Hot documents", .serialized) struct HotKeys {
        @Test(
            "Updates of 100 documents take a fifth as many writes at most, and every document is what its newest message says",
            arguments: [(versions: true, count: 100_000), (versions: false, count: 30_000)])
        func fewWrites(versions: Bool, count: Int) async throws {
            // With 20 messages of each document in Warren's hands, half of them wait while the other half is written, if a write takes longer than
            // RabbitMQ takes to deliver as many again. Neither the server nor the machine decides that: each write takes a quarter of a second.
            let world = try await World.make(
                processorKeys: "conflate = true\nprefetch = 2000", timeout: "10s", versions: versions)
            world.database.inject(InjectedFault(.delay(.milliseconds(250)), path: "/_api/document", writesOnly: true))
            let keys = 100
            for chunk in stride(from: 0, to: count, by: 5_000) {
                // 37 has no common factor with 100, so that each document has its turn, its neighbours in the queue changing.
                try await world.publish(
                    (chunk..<chunk + 5_000).map { #"{"id":"k\#($0 * 37 % keys)","version":\#($0),"n":\#($0),"text":"message \#($0)"}"# },
                    to: "updated")
            }
            let newest = (count - keys..<count).map { number in
                (
                    key: "k\(number * 37 % keys)",
                    document:
                        #"{"id":"k\#(number * 37 % keys)","version":\#(number),"n":\#(number),"text":"message \#(number)","invalidated":false}"#
                        as StoredDocument
                )
            }
            // An empty queue is not enough: what was delivered and not written yet would be back in it after the stop.
            try await world.serving {
                try await eventually("all are settled", seconds: 300) {
                    try await world.depths().values.allSatisfy { $0 == 0 } && newest.allSatisfy { world.document($0.key) == $0.document }
                }
            }
            #expect(world.database.counters.documentsWritten <= count / 5)
            for (key, document) in newest { #expect(world.document(key) == document) }
        }
    }
}
