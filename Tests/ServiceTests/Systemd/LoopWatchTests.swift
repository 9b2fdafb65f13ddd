import Testing

@testable import Service

@Suite("Which loops live")
struct LoopWatchTests {
    @Test("All do if each has come round since the manager was told the last time")
    func alive() {
        var watch = LoopWatch<Int>()
        #expect(watch.look(at: [1: 10, 2: 20]) == .unproven([1, 2]))
        #expect(watch.look(at: [1: 11, 2: 21]) == .alive)
        #expect(watch.look(at: [1: 12, 2: 22]) == .alive)
    }

    @Test("A stalled loop is named at each look, however often the others turn")
    func hung() {
        var watch = LoopWatch<Int>()
        _ = watch.look(at: [1: 10, 2: 20])
        #expect(watch.look(at: [1: 11, 2: 20]) == .unproven([2]))
        #expect(watch.look(at: [1: 500, 2: 20]) == .unproven([2]))
        #expect(watch.look(at: [1: 500, 2: 21]) == .alive)
    }

    @Test("What counts is the last telling, not the last look: coming round once in between is enough")
    func slow() {
        var watch = LoopWatch<Int>()
        _ = watch.look(at: [1: 10, 2: 20])
        #expect(watch.look(at: [1: 10, 2: 21]) == .unproven([1]))
        #expect(watch.look(at: [1: 11, 2: 21]) == .alive)
        #expect(watch.look(at: [1: 12, 2: 21]) == .unproven([2]))
    }

    @Test("A new loop has to prove itself first, and one that is not watched any more is not missed")
    func changes() {
        var watch = LoopWatch<Int>()
        _ = watch.look(at: [1: 10])
        #expect(watch.look(at: [1: 11, 2: 7]) == .unproven([2]))
        #expect(watch.look(at: [1: 11, 2: 8]) == .alive)
        #expect(watch.look(at: [2: 9]) == .alive)
        #expect(watch.look(at: [1: 11, 2: 10]) == .unproven([1]))
    }

    @Test("Without any loop there is nothing that lives")
    func none() {
        var watch = LoopWatch<Int>()
        #expect(watch.look(at: [:]) == .unproven([]))
        #expect(watch.look(at: [:]) == .unproven([]))
    }
}
