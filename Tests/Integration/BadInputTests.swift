import Broker
import Settings
import Testing
import Waiting

extension WholeService {
    @Suite("Bad input") struct BadInput {
        @Test("Each broken message is parked unchanged with its reason, and none stops or fails its neighbours")
        func parked() async throws {
            let broken: [(body: [UInt8], reason: String)] = [
                (Array("not json".utf8), "not-json"),
                ([], "not-json"),
                (Array(#"{"id":"a","version":1"#.utf8), "not-json"),
                (Array(#"{"id":"a","version":1,"x":"\#("\u{1}")"}"#.utf8), "not-json"),
                ([UInt8](#"{"id":"a","version":1,"x":""#.utf8) + [0xFF] + [UInt8](#""}"#.utf8), "not-json"),
                (Array(#"{"id":"a","version":1,"x":"\ud800"}"#.utf8), "not-json"),
                (Array((String(repeating: "[", count: 100) + String(repeating: "]", count: 100)).utf8), "not-json"),
                (Array(#"[{"id":"a","version":1}]"#.utf8), "not-an-object"),
                (Array(#"{"id":"a","version":1,"x":1,"\u0078":2}"#.utf8), "duplicate-name"),
                (Array(#"{"version":1}"#.utf8), "bad-key"),
                (Array(#"{"id":"a/b","version":1}"#.utf8), "bad-key"),
                (Array(#"{"id":"a","version":"new"}"#.utf8), "bad-version"),
                (Array(#"{"id":"a"}"#.utf8), "bad-version"),
                (
                    Array(#"{"id":"a","version":1,"x":""#.utf8) + Array(repeating: UInt8(ascii: "x"), count: 16 << 20) + Array(#""}"#.utf8),
                    "too-large"
                ),
            ]
            let world = try await World.make()
            for (index, message) in broken.enumerated() {
                try await world.publish([Array(#"{"id":"n\#(index)","version":1}"#.utf8), message.body], to: "updated")
            }
            try await world.serving {
                try await eventually("all are parked", seconds: 60) { try await world.depths()["updated.dead"] == broken.count }
                try await eventually("the neighbours are written") { world.documentCount == broken.count }
            }
            #expect(try await world.depths()["updated"] == 0)
            let letters = try await world.deadLetters(of: "updated", count: broken.count)
            for message in broken {
                let letter = letters.first { $0.body == message.body }
                #expect(
                    letter?.headers["warren-reason"] == .string(message.reason),
                    "\(String(decoding: message.body.prefix(60), as: UTF8.self))")
            }
        }

        @Test("A body of exactly 16 MiB is written, though no request may hold more than a megabyte otherwise")
        func large() async throws {
            let world = try await World.make(timeout: "60s")
            let frame = #"{"id":"big","version":1,"x":""}"#
            let body = frame.dropLast(2) + String(repeating: "x", count: (16 << 20) - frame.utf8.count) + "\"}"
            try await world.publish([String(body), #"{"id":"small","version":1}"#], to: "updated")
            try await world.serving { try await eventually("both are written", seconds: 60) { world.documentCount == 2 } }
            #expect(try await world.depths().values.allSatisfy { $0 == 0 })
        }
    }
}
