import FoundationEssentials
import Messages
import Settings
import Twins

@testable import Store

/// libFuzzer calls this with what a database, or another server at its address, may answer. It must not trap, and no write may count as done unless
/// the answer says so.
///
/// The first byte chooses the reader, the second the HTTP status; the rest is the body.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAnswers(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard input.count >= 2 else { return 0 }
    let status = [200, 200, 201, 202, 400, 401, 403, 404, 409, 412, 500, 503][Int(input[1]) % 12]
    let answer = Answer(status: status, body: Array(input[2...]), isTooLarge: input[1] >= 250, endpoint: "http://db:8529")
    let readers = Readers.all
    readers[Int(input[0]) % readers.count](answer)
    return 0
}

/// Everything that takes an answer apart.
private enum Readers {
    static let all: [@Sendable (Answer) -> Void] = [
        { write($0, mode: .update, version: "v") }, { write($0, mode: .replace, version: nil) }, { write($0, mode: .remove, version: nil) },
        read, { edges($0, .below(5, attribute: "v")) }, { edges($0, .besides(["a"])) }, sweep, faults, login, administration, queries,
        numbers, proof,
    ]

    private static func write(_ answer: Answer, mode: WriteTarget.Mode, version: String?) {
        let target = WriteTarget(collection: "c", mode: mode, versionAttribute: version)
        let keys = answer.body.count % 2 == 0 ? ["a", "b"] : ["a"]
        let batch = WriteBatch(
            id: 1, target: target, writes: keys.map { plannedWrite($0, target) }, needsRevisions: answer.body.count % 3 == 0)
        guard case .success(let outcomes) = WriteAnswer.reply(answer, to: batch) else { return }
        must(outcomes.count == keys.count, "one outcome for each document")
        let isDone = outcomes.map { outcome in
            switch outcome {
            case .written, .stale, .stored: true
            default: false
            }
        }
        if mode != .remove, isDone.contains(true) { WrittenTwin.check(answer, keys, isDone) }
    }

    private static func plannedWrite(_ key: String, _ target: WriteTarget) -> PlannedWrite {
        let delivery = Delivery(
            tag: 1, redelivered: false, route: Route(exchange: "", routingKey: ""), contentEncoding: .identity, timestamp: nil, bytes: [],
            bodyBytes: 0)
        return PlannedWrite(
            processor: 0, delivery: delivery, target: target, key: DocumentKey(legal: key), version: nil,
            document: DocumentText(source: [], runs: [], additions: []))
    }

    private static func read(_ answer: Answer) {
        let keys = [DocumentKey(legal: "a"), DocumentKey(legal: "b")]
        let batch = ReadBatch(id: 1, collection: "c", versionAttribute: "v", keys: keys, markers: ["m", nil], needsRevisions: true)
        guard case .success(let states) = ReadAnswer.reply(answer, to: batch) else { return }
        must(states.count == keys.count, "one state for each key")
    }

    private static func edges(_ answer: Answer, _ scope: EdgeSweep.Scope) {
        let target = WriteTarget(collection: "e", mode: .replace, versionAttribute: "v")
        let plan = SweepPlan(target: target, direction: .out, vertex: "c/1", stamp: "s", mark: answer.body.count % 2 == 0 ? [0x61] : nil)
        let sweep = EdgeSweep(id: 1, plan: plan, scope: scope)
        var bodies: [SweepBody] = []
        if case .success(.found(let found)) = EdgesAnswer.reply(answer, to: sweep) { bodies = found }
        if case .success(let page) = EdgePage.reply(answer, to: sweep) { bodies += page.bodies }
        must(bodies.allSatisfy { $0.count > 0 && $0.count <= SweepBody.bound }, "a request of a bounded size")
    }

    private static func sweep(_ answer: Answer) { _ = SweepAnswer.reply(answer, expecting: 1 + answer.body.count % 3) }

    private static func faults(_ answer: Answer) {
        let expected = 1 + answer.body.count % 3
        guard case .success(let list) = ElementFaults.read(answer, expecting: expected) else { return }
        must(list.count == expected, "one for each element")
    }

    private static func login(_ answer: Answer) {
        if case .success(let token) = LoginAnswer.token(answer, username: "u") {
            must(!token.isEmpty, "a token is some text")
            _ = TokenLifetime.of(token: token, now: 1_800_000_000)
        }
        _ = TokenLifetime.of(token: String(decoding: answer.body, as: UTF8.self), now: 1_800_000_000)
    }

    private static func administration(_ answer: Answer) {
        let (data, decoder) = (Data(answer.body), JSONDecoder())
        let version = try? decoder.decode(VersionAnswer.self, from: data)
        _ = version?.version.flatMap { ServerVersion($0) }?.supportsVersionAttribute
        if let report = try? decoder.decode(LicenseAnswer.self, from: data).report {
            _ = (report.description, report.usedPart)
            must((report.bytesUsed ?? 0) >= 0 && (report.secondsUntilReadOnly ?? 0) >= 0, "no less than nothing")
        }
        _ = try? decoder.decode(CollectionAnswer.self, from: data).missingPrerequisites(as: .init(name: "c", .edges))
        _ = try? decoder.decode(IndexListAnswer.self, from: data).missingPrerequisite(collection: "c", attribute: "x")
        _ = try? decoder.decode(GraphAnswer.self, from: data).graph.edgeDefinitions.count
        _ = try? decoder.decode(IndexAnswer.self, from: data)
        _ = ErrorAnswer(answer).fault.message
    }

    private static func queries(_ answer: Answer) {
        let (data, decoder) = (Data(answer.body), JSONDecoder())
        if let version = try? decoder.decode(CursorAnswer<String>.self, from: data).result.first { _ = ServerVersion(version) }
        if let page = try? decoder.decode(CursorAnswer<SeenRevision>.self, from: data) { _ = MissingPage(page) }
        guard let number = try? decoder.decode(CursorAnswer<Int>.self, from: data), case .success(let count) = number.count else { return }
        _ = OrphanCount(orphans: count, looked: min(count, DocumentStore.orphansLooked), total: count)
        for limit in [ResyncSettings.Limit.percent(100), .percent(0.1), .count(5)] {
            must(limit.documents(of: count) >= 0, "no less than none")
        }
    }

    /// What the proof makes of it, as the answer to each call of an experiment.
    private static func proof(_ answer: Answer) {
        let assumption = assumptions[answer.body.count % assumptions.count]
        var answers: [Answer] = []
        for step in assumption.steps where step.call(answers) != nil { answers.append(answer) }
        _ = assumption.row(assumption.judgement(of: answers))
        _ = SandboxNames(String(decoding: answer.body, as: UTF8.self))?.isLeftBehind(now: 1_800_000_000)
    }

    private static let assumptions = Prover.inSandbox(
        Sandbox(settings: ArangoDBSettings(), names: SandboxNames(seconds: 1_800_000_000, number: 1)))

    private static func numbers(_ answer: Answer) {
        _ = try? JSONDecoder().decode(TimeAnswer.self, from: Data(answer.body)).ahead(of: 1_800_000_000)
        _ = ServerVersion(String(decoding: answer.body, as: UTF8.self))
        let whole = answer.body.wholeNumber(at: answer.body.indices)
        let text = String(decoding: answer.body, as: UTF8.self)
        // What Swift's own reader takes, signs apart, is the number.
        let twin = answer.body.allSatisfy { (0x30...0x39).contains($0) } ? UInt64(text) : nil
        must(whole == twin, "\(text) is read as \(String(describing: whole))")
    }
}

/// The same answer read by Foundation: a document that counts as written must be named there too, at its position.
private enum WrittenTwin {
    private struct Element: Decodable { let _key: String? }

    static func check(_ answer: Answer, _ keys: [String], _ isDone: [Bool]) {
        // For a repeated name, or one with escapes, each reader takes the last value.
        let names = answer.body.indices.count { answer.body[$0...].starts(with: AnswerName.key) }
        guard names <= keys.count, !answer.body.contains(UInt8(ascii: "\\")),
            let elements = try? JSONDecoder().decode([Element].self, from: Data(answer.body))
        else { return }
        must(elements.count == keys.count, "another number of elements")
        for (index, key) in keys.enumerated() where isDone[index] {
            must(elements[index]._key == key, "a document counts as written that is not named")
        }
    }
}
