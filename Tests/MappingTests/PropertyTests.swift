import JSONOracle
import Mapping
import Messages
import Schedules
import Settings
import Testing

/// What must be stored, said in another way than the mapper does it: by building the whole document as a tree.
private struct Model {
    let processor: ProcessorSettings
    let others: [ProcessorSettings]
    /// The message's object that is stored; `nil` if nothing of it is.
    let content: [ReferenceJSON.Member]?
    let key: String
    let version: (number: UInt64, isNumberAtTop: Bool)?

    var document: ReferenceJSON {
        var members: [[UInt8]: ReferenceJSON] = [:]
        var order: [[UInt8]] = []
        func put(_ name: String, _ json: String) {
            let name = Array(name.utf8)
            if members[name] == nil { order.append(name) }
            members[name] = ReferenceJSON(Array(json.utf8))
        }
        // From the least to the greatest right: later members replace earlier ones.
        for constant in processor.set { put(constant.attribute, constant.json) }
        let invalidators = others.filter {
            $0.operation == .invalidate && $0.collection == processor.collection && $0.onInvalidate != .remove
        }
        if processor.operation != .invalidate {
            for other in invalidators {
                put(other.mark, "false")
                if other.onInvalidate == .expire, processor.operation == .update { put("expires_at", "null") }
            }
        } else {
            put(processor.mark, "true")
            put(processor.mark + "_at", #""1970-01-01T00:01:40Z""#)
            if processor.onInvalidate == .expire { put("expires_at", "160") }
        }
        if let version, !version.isNumberAtTop { put("version", String(version.number)) }

        var banned: Set<[UInt8]> = Set(["_key", "_id", "_rev"].map { Array($0.utf8) } + order)
        if processor.operation != .invalidate {
            for other in invalidators {
                banned.insert(Array((other.mark + "_at").utf8))
                if other.onInvalidate == .expire { banned.insert(Array("expires_at".utf8)) }
            }
        }
        let kept = (content ?? []).filter { !banned.contains(ReferenceJSON.meaning($0.written) ?? []) }
        let added = order.compactMap { name in
            members[name].map { ReferenceJSON.Member(written: String(decoding: name, as: UTF8.self).unicodeScalars, value: $0) }
        }
        return .object([ReferenceJSON.Member(written: "_key".unicodeScalars, value: .string(key.unicodeScalars))] + kept + added)
    }
}

/// Members sorted by name at the top, where their order is not promised.
private func sorted(_ json: ReferenceJSON?) -> ReferenceJSON? {
    guard case .object(let members) = json else { return json }
    return .object(members.sorted { String($0.written).utf8.lexicographicallyPrecedes(String($1.written).utf8) })
}

@Suite("For any message and processor")
struct PropertyTests {
    @Test("what is stored is JSON without repeated names, and holds exactly what it must", arguments: [1, 2, 3, 4] as [UInt64])
    func stored(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        for _ in 0..<500 {
            let processors = someProcessors(&random)
            var json = RandomJSON(random: random)
            // The message: an object with the key and version in an envelope or at the top, and the document at the top or inside.
            var members = json.members(depth: 4).filter { !["id", "version", "meta", "body"].contains(name($0)) }
            let isNested = processors[0].document == pointer("/body")
            let inner = json.members(depth: 4).filter { !["id", "version"].contains(name($0)) }
            let version = json.random.pick([0, 7, UInt64(Int64.max)])
            func insert(_ written: String, _ value: ReferenceJSON) {
                members.insert(
                    ReferenceJSON.Member(written: written.unicodeScalars, value: value),
                    at: Int.random(in: 0...members.count, using: &json.random))
            }
            insert("id", .string("k-1".unicodeScalars))
            insert(json.random.pick(["version", #"\u0076ersion"#]), .plain(String(version)))
            insert(
                "meta",
                .object([ReferenceJSON.Member(written: "v".unicodeScalars, value: .string("1970-01-01T00:00:07.5Z".unicodeScalars))]))
            if isNested { insert("body", .object(inner)) }
            let body = json.text(.object(members))
            random = json.random

            var settings = Settings()
            settings.processors = processors
            var mapper = Mapper(settings: settings, processor: 0)
            let write = try mapper.plan(delivery(body, timestamp: 100), receivedAt: 0).get()
            let isTime = processors[0].version == pointer("/meta/v")
            let model = Model(
                processor: processors[0], others: Array(processors.dropFirst()),
                content: processors[0].operation == .invalidate ? nil : isNested ? inner : members, key: "k-1",
                version: processors[0].version.map { _ in
                    (isTime ? 7_500_000_000 : version, !isTime && !isNested && processors[0].operation != .invalidate)
                })
            #expect(
                sorted(ReferenceJSON(Array(write.text.utf8))) == sorted(model.document),
                "seed \(seed): \(body) became \(write.text)")
            #expect(write.text.utf8.count <= write.document.byteCount(key: write.key))
        }
    }

    private func name(_ member: ReferenceJSON.Member) -> String {
        String(decoding: ReferenceJSON.meaning(member.written) ?? [], as: UTF8.self)
    }

    /// The processor under test, then others.
    private func someProcessors(_ random: inout SplitMix) -> [ProcessorSettings] {
        var own = processor(random.pick([.update, .sync, .invalidate]), version: random.pick([nil, "/version", "/meta/v"]))
        own.document = random.chance(1, in: 3) ? pointer("/body") : pointer("")
        own.onInvalidate = random.pick([.mark, .expire])
        own.expireAfter = .seconds(60)
        if random.chance(1, in: 2) {
            own.set = [AttributeConstant(attribute: "source", json: #""crm""#), AttributeConstant(attribute: "b", json: "[1]")]
        }
        let others = [ProcessorSettings.Invalidation.mark, .expire, .remove].filter { _ in random.chance(1, in: 2) }.map { kind in
            processor(.invalidate) {
                $0.onInvalidate = kind
                $0.mark = random.pick(["invalidated", "a"])
            }
        }
        return [own] + others
    }

    @Test(
        "the scanner and a parser that builds everything agree on what is JSON, whatever is changed in it",
        arguments: [5, 6, 7, 8] as [UInt64])
    func mutants(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var mapper = mapper(processor(.update), processor(.invalidate))
        var (valid, invalid) = (0, 0)
        for _ in 0..<2000 {
            var json = RandomJSON(random: random)
            let tree = json.value(depth: 4)
            var bytes = Array(json.text(tree).utf8)
            random = json.random
            #expect(fault(bytes) == nil)
            for _ in 0..<Int.random(in: 1...3, using: &random) { mutate(&bytes, &random) }
            let isJSON = ReferenceJSON(bytes) != nil
            #expect((fault(bytes) == nil) == isJSON, "seed \(seed): \(bytes)")
            if isJSON { valid += 1 } else { invalid += 1 }
            // Also the way to the fault must be found without a trap, in whatever is left of the text.
            _ = mapper.plan(delivery(bytes), receivedAt: 0)
        }
        #expect(valid > 100 && invalid > 100)
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        let index = Int.random(in: 0...bytes.count, using: &random)
        let significant = Array(#"{}[],:"\ueE+-.019tfnal/dD8Cc"#.utf8) + [0x00, 0x1F, 0x20, 0x7F, 0x80, 0xBF, 0xC2, 0xE0, 0xED, 0xF4, 0xFF]
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes.insert(random.pick(significant), at: index)
        case 1 where index < bytes.count: bytes.remove(at: index)
        case 2 where index < bytes.count: bytes[index] = random.pick(significant)
        case 3 where index < bytes.count: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        default: bytes.removeSubrange(min(index, bytes.count)...)
        }
    }
}
