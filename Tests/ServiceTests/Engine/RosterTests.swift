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
        #expect(roster.place(of: "b") == nil && roster.place(of: "e") == 3)
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
        #expect(roster.places == [0, 2] && roster.place(of: "b") == 2)
    }

    @Test("Processors that are in two rosters are found in both")
    func both() {
        let pairs = Roster(settings(["a", "b"])).places(in: Roster(settings(["b", "x", "a"])))
        #expect(pairs.map(\.there) == [0, 1] && pairs.map(\.here) == [2, 0])
    }
}
