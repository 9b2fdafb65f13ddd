import Messages
import Settings
import Testing

@testable import Pipeline

@Suite("What stands in the way is looked at, so that it is over when it is over")
struct StandingFaultTests {
    private let missing = RequestFailure.configuration(Fault(errorNum: 1203, message: "collection not found"))

    private func faults(_ harness: MachineHarness) -> StandingFaults { StandingFaults(harness.machine) }
    private func own(_ harness: MachineHarness) -> StandingFaults.Processor { faults(harness).processors[MachineHarness.updated] }

    @Test("Nothing is wrong: no fault")
    func none() {
        var harness = MachineHarness()
        harness.receive("a")
        harness.reply(.written)
        var nothing = StandingFaults()
        nothing.processors = [.init(), .init()]
        #expect(faults(harness) == nothing)
    }

    @Test("An outage stands until the database answers")
    func outage() {
        var harness = MachineHarness()
        harness.receive("a")
        let began = harness.now
        let fault = Fault(message: "refused")
        harness.fail(.outage(fault))
        #expect(faults(harness).database == StandingFault("refused", since: began, fault: fault))
        harness.advanceToNextWake()
        #expect(faults(harness).database != nil, "while one write tries")
        harness.reply(.written)
        #expect(faults(harness).database == nil)
    }

    @Test(
        "A collection takes no writes until one is done, or, when those that waited are gone with their channel, a proof shows that it does",
        arguments: [true, false])
    func collection(isLost: Bool) {
        var harness = MachineHarness()
        harness.receive("a")
        harness.fail(missing)
        #expect(faults(harness).collections.keys.map(\.wrappedValue) == ["companies"])
        harness.advanceToNextWake()
        #expect(faults(harness).collections.count == 1, "while one write tries")
        if isLost {
            harness.fail(missing)
            harness.unsubscribe(MachineHarness.updated)
            #expect(faults(harness).collections.count == 1, "nothing has shown that it takes writes")
            harness.advanceToNextWake()
        } else {
            harness.reply(.written)
        }
        #expect(faults(harness).collections.isEmpty)
    }

    @Test("Dead letters that are not confirmed stand while some wait or try, and not when another instance has got the message")
    func parking() {
        var harness = MachineHarness()
        harness.receiveRefused()
        #expect(own(harness).parking == nil)
        let began = harness.now
        harness.confirmParking(failing: "no queue")
        #expect(own(harness).parking == StandingFault("no queue", since: began))
        harness.advanceToNextWake()
        #expect(harness.parks.count == 1 && own(harness).parking != nil, "while it is tried")
        harness.confirmParking(failing: "no route")
        #expect(own(harness).parking == StandingFault("no route", since: began))
        harness.unsubscribe(MachineHarness.updated)
        #expect(own(harness).parking == nil)
    }

    @Test("What can never be parked is set aside until its channel is closed")
    func setAside() {
        var harness = MachineHarness()
        for count in 1...2 {
            harness.receiveRefused()
            harness.confirmParking(failing: "too large", isFinal: true)
            #expect(own(harness).setAside == .init(count: count, text: "too large"))
        }
        harness.unsubscribe(MachineHarness.updated)
        #expect(own(harness).setAside == nil)
        harness.subscribe(MachineHarness.updated, 2)
        #expect(own(harness) == .init())
    }

    @Test("Onward messages that are not confirmed stand while some wait; nothing is left when the processor tells nobody any more")
    func onward() throws {
        var harness = try OnwardMessageTests.harness()
        harness.receive(bodies: OnwardMessageTests.body(1))
        harness.reply(.written)
        let began = harness.now
        harness.confirmOnward(failing: ["1"], OnwardFailure(.exchange, "no exchange"))
        #expect(own(harness).onward == StandingFault("no exchange", since: began))
        harness.advanceToNextWake()
        #expect(harness.emits.count == 1 && own(harness).onward != nil, "while it is tried")
        harness.confirmOnward(failing: ["1"], OnwardFailure(.exchange, "no exchange"))
        harness.unsubscribe(MachineHarness.updated)
        #expect(own(harness).onward == nil)
    }

    @Test("What a processor lacks stands until it is there, and not when the processor is gone", arguments: [true, false])
    func notReady(isRemoved: Bool) {
        var harness = MachineHarness()
        harness.lacks = [MachineHarness.updated: "no collection"]
        let began = harness.now
        harness.unsubscribe(MachineHarness.updated)
        #expect(own(harness).notReady == StandingFault("no collection", since: began))
        harness.lacks?[MachineHarness.updated] = "no index"
        harness.advanceToNextWake()
        #expect(own(harness).notReady == StandingFault("no index", since: began))
        if isRemoved {
            var settings = Settings()
            settings.processors = [
                ProcessorSettings(name: "invalidated", queue: "q", operation: .update, collection: "companies", key: JSONPointer())
            ]
            harness.machine.configure(settings, subscriptions: [MachineHarness.invalidated])
        } else {
            harness.lacks = [:]
            harness.advanceToNextWake()
            #expect(harness.taken[MachineHarness.updated] == .on)
        }
        #expect(own(harness).notReady == nil)
    }

    @Test("A processor that is removed is asked about no longer, though its channel is lost after that")
    func removed() {
        var harness = MachineHarness()
        var settings = Settings()
        settings.processors = [
            ProcessorSettings(name: "invalidated", queue: "q", operation: .update, collection: "companies", key: JSONPointer())
        ]
        harness.machine.configure(settings, subscriptions: [MachineHarness.invalidated])
        harness.lacks = [MachineHarness.updated: "no collection"]
        harness.unsubscribe(MachineHarness.updated)
        for _ in 1...10 { harness.advance(by: .seconds(60)) }
        #expect(harness.taken[MachineHarness.updated] == .on)
        #expect(!harness.notes.contains { if case .notReady = $0 { true } else { false } })
        #expect(own(harness).notReady == nil)
    }
}
