import Broker
import Settings
import Testing

@testable import Service

@Suite("Places of processors") struct RosterTests {
    private func settings(_ names: [String]) -> Settings {
        var settings = Settings()
        settings.processors = names.map { ProcessorSettings(name: $0, queue: $0, operation: .update, collection: "c", key: JSONPointer()) }
        return settings
    }

    @Test("Who stays keeps the place, whatever the order; who comes gets a vacant one, or a new one")
    func places() {
        var roster = Roster(settings(["a", "b", "c"]))
        #expect(roster.places == [0, 1, 2])
        roster.adopt(settings(["c", "d", "a", "e"]), staying: ["a", "c"], vacancies: [1])
        #expect(roster.places == [2, 1, 0, 3])
        #expect(roster.occupants.map(\.name) == ["a", "d", "c", "e"])
        #expect(roster.places(of: "b") == [] && roster.places(of: "e") == [3])
        #expect(roster.vacancies == [])
    }

    @Test("A place that is not free is not given out, and still tells who had it")
    func stuck() {
        var roster = Roster(settings(["a", "b"]))
        roster.adopt(settings(["a", "c"]), staying: ["a"], vacancies: [])
        #expect(roster.places == [0, 2] && roster.vacancies == [1])
        #expect(roster.occupants[1].name == "b")
    }

    @Test("A processor that cannot keep its place gets another one")
    func moved() {
        var roster = Roster(settings(["a", "b"]))
        roster.adopt(settings(["a", "b"]), staying: ["a"], vacancies: [])
        #expect(roster.places == [0, 2] && roster.places(of: "b") == [2])
    }

    @Test("Processors that are in two rosters are found in both")
    func both() {
        let pairs = Roster(settings(["a", "b"])).places(in: Roster(settings(["b", "x", "a"])))
        #expect(pairs.map(\.there) == [0, 1] && pairs.map(\.here) == [2, 0])
    }

    @Test("Each partition has a place, with its queue and its share of the prefetch; where it writes and parks is the processor's")
    func partitions() {
        var settings = settings(["a", "b"])
        (settings.processors[1].partitions, settings.processors[1].prefetch) = (3, 100)
        let roster = Roster(settings)
        #expect(roster.groups == [[0], [1, 2, 3]] && roster.places(of: "b") == [1, 2, 3])
        #expect(roster.subscriptions.map(\.queue) == ["a", "b.0", "b.1", "b.2"])
        #expect(roster.subscriptions.map(\.prefetch) == [1000, 33, 33, 33])
        #expect(roster.subscriptions.map(\.handsOver) == [false, true, true, true])
        #expect(roster.subscriptions.map(\.isShared) == [false, true, true, true])
        settings.processors[1].balances = false
        #expect(Roster(settings).subscriptions.map(\.isShared) == [false, false, false, false], "whoever comes first may have all")
        #expect(roster.occupants.map(\.queue) == ["a", "b", "b", "b"])
        #expect(roster.expanded.processors.map(\.name) == ["a", "b", "b", "b"])
    }

    @Test("Quorum queues are left by cancelling: they would put what returns behind newer messages")
    func quorum() {
        var settings = settings(["a"])
        (settings.processors[0].partitions, settings.processors[0].queueType) = (2, .quorum)
        #expect(Roster(settings).subscriptions.map(\.handsOver) == [false, false])
    }

    @Test("More partitions get places of their own; of fewer, the rest is vacant")
    func regrouped() {
        var (three, two) = (settings(["a", "b"]), settings(["a", "b"]))
        (three.processors[0].partitions, two.processors[0].partitions) = (3, 2)
        var roster = Roster(two)
        #expect(roster.groups == [[0, 1], [2]])
        roster.adopt(three, staying: ["a", "b"], vacancies: [])
        #expect(roster.groups == [[0, 1, 3], [2]] && roster.seats.map(\.queue) == ["a.0", "a.1", "b", "a.2"])
        roster.adopt(two, staying: ["a", "b"], vacancies: [])
        #expect(roster.groups == [[0, 1], [2]] && roster.vacancies == [3])
    }
}
