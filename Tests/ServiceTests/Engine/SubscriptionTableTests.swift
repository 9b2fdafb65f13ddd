import Broker
import Messages
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
    func subscriptions() {
        var table = SubscriptionTable(settings(["a", "b", "c"]))
        #expect(table.ids == [0, 1, 2])
        table.adopt(settings(["c", "d", "a", "e"]), staying: ["a", "c"], vacancies: [1])
        #expect(table.ids == [2, 1, 0, 3])
        #expect(table.processors.map(\.name) == ["a", "d", "c", "e"])
        #expect(table.ids(of: "b") == [] && table.ids(of: "e") == [3])
        #expect(table.vacancies == [])
    }

    @Test("A place that is not free is not given out, and still tells who had it")
    func stuck() {
        var table = SubscriptionTable(settings(["a", "b"]))
        table.adopt(settings(["a", "c"]), staying: ["a"], vacancies: [])
        #expect(table.ids == [0, 2] && table.vacancies == [1])
        #expect(table.processors[1].name == "b")
    }

    @Test("A processor that cannot keep its place gets another one")
    func moved() {
        var table = SubscriptionTable(settings(["a", "b"]))
        table.adopt(settings(["a", "b"]), staying: ["a"], vacancies: [])
        #expect(table.ids == [0, 2] && table.ids(of: "b") == [2])
    }

    @Test("Processors that are in two rosters are found in both")
    func both() {
        let pairs = SubscriptionTable(settings(["a", "b"])).ids(in: SubscriptionTable(settings(["b", "x", "a"])))
        #expect(pairs.map(\.there) == [0, 1] && pairs.map(\.here) == [2, 0])
    }

    @Test("Each partition has a place, with its queue and its share of the prefetch; where it writes and parks is the processor's")
    func partitions() {
        var settings = settings(["a", "b"])
        (settings.processors[1].partitions, settings.processors[1].prefetch) = (3, 100)
        let table = SubscriptionTable(settings)
        #expect(table.groups == [[0], [1, 2, 3]] && table.ids(of: "b") == [1, 2, 3])
        #expect(table.subscriptions.map(\.queue) == ["a", "b.0", "b.1", "b.2"])
        #expect(table.subscriptions.map(\.prefetch) == [1000, 33, 33, 33])
        #expect(table.subscriptions.map(\.handsOver) == [false, true, true, true])
        #expect(table.subscriptions.map(\.isShared) == [false, true, true, true])
        settings.processors[1].balances = false
        #expect(
            SubscriptionTable(settings).subscriptions.map(\.isShared) == [false, false, false, false], "whoever comes first may have all")
        #expect(table.processors.map(\.queue) == ["a", "b", "b", "b"])
        #expect(table.expanded.processors.map(\.name) == ["a", "b", "b", "b"])
    }

    @Test("Quorum queues are left by cancelling: they would put what returns behind newer messages")
    func quorum() {
        var settings = settings(["a"])
        (settings.processors[0].partitions, settings.processors[0].queueType) = (2, .quorum)
        #expect(SubscriptionTable(settings).subscriptions.map(\.handsOver) == [false, false])
    }

    @Test("More partitions get places of their own; of fewer, the rest is vacant")
    func regrouped() {
        var (three, two) = (settings(["a", "b"]), settings(["a", "b"]))
        (three.processors[0].partitions, two.processors[0].partitions) = (3, 2)
        var table = SubscriptionTable(two)
        #expect(table.groups == [[0, 1], [2]])
        table.adopt(three, staying: ["a", "b"], vacancies: [])
        #expect(table.groups == [[0, 1, 3], [2]] && table.queues.map(\.name) == ["a.0", "a.1", "b", "a.2"])
        table.adopt(two, staying: ["a", "b"], vacancies: [])
        #expect(table.groups == [[0, 1], [2]] && table.vacancies == [3])
    }
}
