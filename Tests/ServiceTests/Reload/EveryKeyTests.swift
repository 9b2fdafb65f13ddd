import ControlMessages
import Testing

@testable import Service
@testable import Settings

@Suite("What a reload does stands at each key") struct EveryKeyTests {
    /// The paths of all keys, and what each says. A processor's begin with `processor.`.
    private static let keys: [String: ReloadEffect] = effects(SettingsDraft.keys.map(\.outline), "").merging(
        effects(ProcessorDraft.keys.map(\.outline), "processor.").merging(effects(EdgeDraft.keys.map(\.outline), "processor.edges.")) { $1 }
    ) { $1 }

    private static func effects(_ keys: [KeyOutline], _ path: String) -> [String: ReloadEffect] {
        keys.reduce(into: [:]) { effects, key in
            if case .table(let members) = key.form {
                effects.merge(Self.effects(members, "\(path)\(key.name).")) { $1 }
            } else if !["processor", "processor.name"].contains(path + key.name) {
                effects[path + key.name] = key.reload
            }
        }
    }

    @Test("Each key has a sample here, and says what brings it into force")
    func complete() {
        #expect(Set(KeySample.all.map(\.path)) == Set(Self.keys.keys))
        #expect(KeySample.all.count == Self.keys.count)
    }

    @Test("Another value of it leads to what it says, and the answer to `reload` names it", arguments: KeySample.all)
    func leads(sample: KeySample) throws {
        let (old, new) = try sample.settings()
        let plan = ReloadPlan(from: old, to: new)
        let effect = try #require(Self.keys[sample.path])
        let restarted: [String] =
            switch effect {
            case .processor: sample.isOfProcessor ? ["p"] : ["inherits", "p"]
            case .inheritingProcessors: ["inherits"]
            case .live, .brokerConnection, .databaseConnection, .restart: []
            }
        #expect(plan.restarted == restarted)
        #expect(plan.unchanged == ["inherits", "p"].filter { !restarted.contains($0) })
        #expect(plan.needsNewBroker == (effect == .brokerConnection))
        #expect(plan.needsNewDatabase == (effect == .databaseConnection))
        #expect(plan.needsRestart == (effect == .restart ? [sample.path] : []))

        let outcome = ReloadOutcome(
            change: plan.change, renewedFiles: [], restarted: plan.restarted, unchanged: plan.unchanged,
            hasNewConnections: plan.needsNewEngine, needsRestart: plan.needsRestart)
        let report = ReloadReport(outcome)
        #expect(report.notes.first == (sample.isOfProcessor ? "p: \(sample.name)" : sample.path))
        #expect(report.changed == restarted)
        #expect(report.notes.contains("all connections were opened again") == plan.needsNewEngine)
        #expect(report.notes.contains("\(sample.path) takes effect when the service is restarted") == (effect == .restart))
    }

    @Test(
        "What needs something of the database is looked for there before it comes into force",
        arguments: [
            "processor.collection", "processor.operation", "processor.version", "processor.on_invalidate", "processor.edges.collection",
            "processor.resync.missing",
        ])
    func needs(path: String) throws {
        let (old, new) = try #require(KeySample.all.first { $0.path == path }).settings()
        #expect(ReloadPlan(from: old, to: new).writesElsewhere == ["p"])
    }

    @Test("A certificate that was renewed in place does what its key says", arguments: ["ca", "certificate", "key"])
    func renewed(file: String) {
        #expect(ReloadPlan(from: Settings(), to: Settings(), renewedFiles: ["rabbitmq.tls.\(file)"]).needsNewBroker)
        #expect(ReloadPlan(from: Settings(), to: Settings(), renewedFiles: ["arangodb.tls.\(file)"]).needsNewDatabase)
        #expect(ReloadEffect.ofKey("rabbitmq.tls.nothing") == nil && ReloadEffect.ofKey("nothing.tls") == nil)
    }
}
