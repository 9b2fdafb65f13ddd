import ArangoEmulator
import JSONOracle
import Messages
import Schedules
import Settings
import Testing

@testable import Mapping

/// Two collections of one database: in one the messages are written one by one, in the other folded.
private struct Oracle {
    let emulator: ArangoEmulator

    init(_ emulator: ArangoEmulator) {
        self.emulator = emulator
        for name in ["single", "folded"] { emulator.perform("POST", "/_api/collection", body: #"{"name":"\#(name)"}"#) }
    }

    /// Writes as the store does.
    func write(_ write: PlannedWrite, to collection: String) {
        guard write.target.mode != .remove else {
            emulator.perform("DELETE", "/_api/document/\(collection)/\(write.key)")
            return
        }
        let mode = write.target.mode == .update ? "update&keepNull=true&mergeObjects=true" : "replace"
        let version = write.target.versionAttribute.map { "&versionAttribute=\($0)" } ?? ""
        let answer = emulator.perform("POST", "/_api/document/\(collection)?overwriteMode=\(mode)\(version)", body: write.text)
        #expect(answer.status == 202)
    }

    /// The document, its members in order of their names; nil if there is none.
    func document(in collection: String) -> ReferenceJSON? {
        emulator.documents(of: collection, in: "_system")?["k"].flatMap { ordered(ReferenceJSON(Array($0.utf8))) }
    }

    private func ordered(_ value: ReferenceJSON?) -> ReferenceJSON? {
        switch value {
        case .object(let members):
            .object(
                members.filter { !["_id", "_rev"].contains(String($0.written)) }
                    .map { ReferenceJSON.Member(written: $0.written, value: ordered($0.value) ?? $0.value) }
                    .sorted { String($0.written) < String($1.written) })
        default: value
        }
    }
}

@Suite("Folded or one by one, the same document is left")
struct ConflationOracleTests {
    @Test("whatever the messages say and whatever was stored before", arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func sameDocument(seed: UInt64) async throws {
        let emulator = try await ArangoEmulator.start(Configuration(port: 0))
        let oracle = Oracle(emulator)
        var random = SplitMix(seed: seed)
        var (messageCount, writeCount) = (0, 0)
        for _ in 0..<200 {
            let processors = someProcessors(&random)
            var settings = Settings()
            settings.processors = processors
            var mapper = Mapper(settings: settings, processor: 0)
            let before = message(version: UInt64.random(in: 1...6, using: &random), &random)
            let writes = try (0..<Int.random(in: 2...6, using: &random)).map { _ in
                try mapper.plan(
                    delivery(message(version: UInt64.random(in: 1...6, using: &random), &random)),
                    receivedAt: UInt64.random(in: 0...9, using: &random)
                ).get()
            }
            let folded = fold(writes)
            for (collection, writes) in [("single", writes), ("folded", folded)] {
                emulator.perform("PUT", "/_api/collection/\(collection)/truncate")
                if before.utf8.count % 3 > 0 {
                    emulator.perform("POST", "/_api/document/\(collection)", body: "{\"_key\":\"k\"," + before.dropFirst())
                }
                for write in writes { oracle.write(write, to: collection) }
            }
            #expect((oracle.document(in: "single") == nil) == (writes[0].target.mode == .remove))
            #expect(
                oracle.document(in: "single") == oracle.document(in: "folded"),
                "seed \(seed): \(before), then \(writes.map(\.text)), folded \(folded.map(\.text))")
            messageCount += writes.count
            writeCount += folded.count
        }
        #expect(writeCount < messageCount * 3 / 4, "\(messageCount) messages, \(writeCount) writes: too few are folded for a test")
        await emulator.stop()
    }

    private func fold(_ writes: [PlannedWrite]) -> [PlannedWrite] {
        var folded: [PlannedWrite] = []
        var conflation = Conflation(writes[0], mergedBytes: 1 << 20)
        for write in writes.dropFirst() where !conflation.take(write) {
            folded.append(conflation.write)
            conflation = Conflation(write, mergedBytes: 1 << 20)
        }
        return folded + [conflation.write]
    }

    private func someProcessors(_ random: inout SplitMix) -> [ProcessorSettings] {
        var own = processor(random.pick([.update, .update, .update, .sync, .invalidate]), version: random.pick([nil, "/version"]))
        own.onInvalidate = random.pick(own.version == nil ? [.mark, .expire, .remove] : [.mark, .expire])
        if random.chance(1, in: 3) { own.map = [AttributeMapping(attribute: "b", pointer: pointer("/a/b"))] }
        if random.chance(1, in: 3) { own.set = [AttributeConstant(attribute: "c", json: #"{"b":{"a":1}}"#)] }
        return [own] + (random.chance(1, in: 2) ? [processor(.invalidate) { $0.onInvalidate = .expire }] : [])
    }

    /// A message with few names, so that they meet; often with all of them.
    private func message(version: UInt64, _ random: inout SplitMix) -> String {
        let isWhole = random.chance(1, in: 2)
        var json = RandomJSON(random: random)
        let members = Self.members(depth: 3, isWhole: isWhole, &json.random)
        defer { random = json.random }
        let fixed = [("id", ReferenceJSON.string("k".unicodeScalars)), ("version", .plain(String(version)))]
        return json.text(
            .object(fixed.map { ReferenceJSON.Member(written: $0.0.unicodeScalars, value: $0.1) } + members)
        ).trimmed
    }

    private static func members(depth: Int, isWhole: Bool, _ random: inout SplitMix) -> [ReferenceJSON.Member] {
        ["a", "b", "c"].shuffled(using: &random).filter { _ in isWhole || random.chance(1, in: 2) }.map { name in
            let written = random.chance(1, in: 4) ? "\\u00" + String(name.utf8.first ?? 0, radix: 16) : name
            let isObject = depth > 0 && random.chance(1, in: 2)
            let plain = ReferenceJSON.plain(random.pick(["1", "1.50", "null", "true", "-7", "[{\"a\":1}]", "\"}\\\"{\"", "\"é\\n\""]))
            return ReferenceJSON.Member(
                written: written.unicodeScalars,
                value: isObject ? .object(members(depth: depth - 1, isWhole: isWhole, &random)) : plain)
        }
    }
}

extension String {
    /// Without the space before and behind.
    fileprivate var trimmed: String {
        String(trimmingPrefix(while: \.isWhitespace).reversed().trimmingPrefix(while: \.isWhitespace).reversed())
    }
}
