import Messages
import Settings
import Testing

@testable import Pipeline

@Suite("The channel closes")
struct ChannelTests {
    private let away = Fault(message: "cannot connect")

    @Test("What waits is dropped, what is in flight is finished, and nothing of the old channel is acknowledged on the new one")
    func dropsAndFinishes() {
        var harness = MachineHarness { $0.arangodb.connections = 1 }
        harness.receive("a")
        harness.receive("a", "b")
        harness.unsubscribe(MachineHarness.updated)
        #expect(harness.machine.lanes.count == 1)
        harness.subscribe(MachineHarness.updated, 2)
        harness.receive("a", "a", "b", session: 2)
        harness.reply(.written)
        #expect(harness.acknowledgements.isEmpty, "its tag died with the channel")
        #expect(harness.keysInFlight == [["b", "a"]] || harness.keysInFlight == [["a", "b"]])
    }

    @Test("Writes of other processors that waited behind a dropped one leave")
    func othersGoOn() {
        var harness = MachineHarness()
        harness.receive("a", processor: MachineHarness.updated)
        harness.reply(.transient(Fault(message: "x")))
        harness.receive("a", processor: MachineHarness.invalidated)
        #expect(harness.writes.isEmpty)
        harness.unsubscribe(MachineHarness.updated)
        #expect(harness.keysInFlight == [["a"]])
        #expect(harness.writes[0].writes[0].processor == MachineHarness.invalidated)
    }

    @Test("Reconnecting again and again during an outage does not pile up what is held")
    func heldIsBounded() {
        var harness = MachineHarness()
        for session in 2...50 as ClosedRange<UInt64> {
            harness.receive("a", "b", "c", "d", session: SessionID(rawValue: session - 1))
            while !harness.writes.isEmpty { harness.fail(.outage(away)) }
            harness.advanceToNextWake()
            harness.unsubscribe(MachineHarness.updated, SessionID(rawValue: session - 1))
            while !harness.writes.isEmpty { harness.fail(.outage(away)) }
            harness.subscribe(MachineHarness.updated, SessionID(rawValue: session))
            #expect(harness.machine.lanes.count == 0)
            #expect(harness.machine.heldBytes == 0)
        }
    }

    @Test("A dead letter whose channel is gone is not published again, and its confirmation acknowledges nothing")
    func parkingOfDeadChannel() {
        var harness = MachineHarness()
        harness.receiveRefused()
        harness.unsubscribe(MachineHarness.updated)
        harness.confirmParking(failing: "connection lost")
        #expect(harness.machine.parking.count == 0)
        #expect(harness.acknowledgements.isEmpty)
        #expect(harness.machine.isIdle)
    }
}
