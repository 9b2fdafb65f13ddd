import ArangoEmulator
import Broker
import Commands
import ControlClients
import ControlMessages
import FoundationEssentials
import Glibc
import Settings
import Testing
import Waiting

/// What expands stays within what the settings say, in a process of its own with the memory that the unit allows.
extension WholeService {
    @Suite("Memory", .serialized, .enabled(if: MemoryCage.parent != nil, "this machine lets us make no memory cgroup")) struct Memory {
        /// `MemoryMax=` of `warren.service`. A debug build holds copies that a release build does not; packaging/memory measures that one, and more
        /// strictly.
        private static let allowed = 384 << 20

        @Test("Messages of some kilobytes of gzip that become 16 MiB each are held a few at a time, and all are written")
        func gzip() async throws {
            try await attack { world, _ in
                // The largest text that `max_message` lets through.
                let spaces = (0..<63).flatMap { _ in EndingProcess.quarterMebibyteOfSpaces }
                for number in 1...24 {
                    try await world.publish(gzip: spaces + Self.gzip(#"{"id":"g\#(number)","version":1}"#), to: "updated")
                }
            } until: { world in
                world.documentCount == 24
            }
        }

        @Test("A message of more relations than the bound is parked with the bound in the reason, and its queue is consumed")
        func relations() async throws {
            let edges = """
                [[processor.edges]]
                collection = "relations"
                each = "/relations"
                to = ""
                """
            let world = try await attack(edges: edges) { world, _ in
                let relations = (0..<1_900_000).map { #""\#(String($0, radix: 36))""# }.joined(separator: ",")
                try await world.publish([#"{"id":"e","version":1,"relations":[\#(relations)]}"#, #"{"id":"f","version":1}"#], to: "sync")
            } until: { world in
                world.documents["f"] != nil
            }
            let letter = try #require(try await world.deadLetters(of: "sync", count: 1).first)
            #expect(letter.headers["warren-reason"] == .string("too-large"))
            #expect("\(String(describing: letter.headers["warren-error"]))".contains("100000 relations"))
        }

        @Test("Explanations asked for all at once, of little that becomes much, are refused or told; the socket answers meanwhile")
        func explain() async throws {
            try await attack { _, daemon in
                try await daemon.consuming()
                let spaces = (0..<40).flatMap { _ in EndingProcess.quarterMebibyteOfSpaces }
                let request = ExplainRequest(processor: "updated", body: Data(spaces).base64EncodedString(), contentEncoding: "gzip")
                let answers = (1...12).map { _ in
                    Task {
                        do {
                            let _: Explanation = try await daemon.client.send(.post, "/v1/explain", body: request)
                            return 200
                        } catch ClientError.refused(let error) { return error.status }
                    }
                }
                let _: StatusReport = try await daemon.client.send(.get, "/v1/status")
                for answer in answers { #expect([413, 503].contains(try await answer.value)) }
            } until: { _ in
                true
            }
        }

        /// Runs the daemon in a cage, does something to it, waits, stops it, and looks whether the memory was enough.
        @discardableResult private func attack(
            _ name: String = #function, edges: String = "", _ body: (World, DaemonProcess) async throws -> Void,
            until condition: @escaping (World) -> Bool
        ) async throws -> World {
            let world = try await World.make(name, extra: ["sync": edges])
            let daemon = try DaemonProcess(in: world)
            defer { daemon.removeFiles() }
            try (String(contentsOfFile: daemon.file, encoding: .utf8) + edges).write(toFile: daemon.file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: daemon.file)
            let cage = try MemoryCage(bytes: Self.allowed)
            defer { cage.remove() }
            let process = try daemon.start(in: cage)
            try await body(world, daemon)
            try await eventually("done", seconds: 240) { condition(world) }
            try await eventually("settled", seconds: 60) {
                let depths = try await world.depths()
                return depths.filter { !$0.key.hasSuffix(".dead") }.values.allSatisfy { $0 == 0 }
            }
            try await daemon.stop(process)
            #expect(cage.kills == 0)
            return world
        }

        /// A gzip member (RFC 1952) that is stored, not compressed.
        private static func gzip(_ text: String) -> [UInt8] {
            let bytes = Array(text.utf8)
            func littleEndian(_ number: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
            let block: [UInt8] = [1] + littleEndian(bytes.count, 2) + littleEndian(~bytes.count, 2) + bytes
            return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF] + block + littleEndian(Int(checksum(bytes)), 4) + littleEndian(bytes.count, 4)
        }

        private static func checksum(_ bytes: [UInt8]) -> UInt32 {
            ~bytes.reduce(UInt32.max) { sum, byte in
                (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
            }
        }
    }
}
