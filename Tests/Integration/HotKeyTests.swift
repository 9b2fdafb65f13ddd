import ArangoEmulator
import Testing

extension WholeService {
    @Suite("Hot documents", .serialized) struct HotKeys {
        @Test(
            "100,000 updates of 100 documents take at most 20,000 writes, and every document is what its newest message says",
            arguments: [true, false])
        func fewWrites(versions: Bool) async throws {
            let world = try await World.make(
                processorKeys: "conflate = true", timeout: "10s", versions: versions)
            let (count, keys) = (100_000, 100)
            for chunk in stride(from: 0, to: count, by: 5_000) {
                // 37 has no common factor with 100, so that each document has its turn, its neighbours in the queue changing.
                try await world.publish(
                    (chunk..<chunk + 5_000).map { #"{"id":"k\#($0 * 37 % keys)","version":\#($0),"n":\#($0),"text":"message \#($0)"}"# },
                    to: "updated")
            }
            let started = ContinuousClock.now
            try await world.serving {
                try await eventually("all are settled", seconds: 300) { try await world.depths().values.allSatisfy { $0 == 0 } }
            }
            print(
                "hot keys: \(world.emulator.counters.documentsWritten) writes, \(world.emulator.counters.requests) requests",
                ContinuousClock.now - started)
            #expect(world.emulator.counters.documentsWritten <= count / 5)
            for number in count - keys..<count {
                #expect(
                    world.document("k\(number * 37 % keys)")
                        == #"{"id":"k\#(number * 37 % keys)","version":\#(number),"n":\#(number),"text":"message \#(number)","invalidated":false}"#
                )
            }
        }
    }
}
