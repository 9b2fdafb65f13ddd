import Logging
import Testing

@testable import Service

@Suite("Log lines that nobody has taken")
struct LogBacklogTests {
    @Test("Leave in their order, one that could not be sent first")
    func order() {
        var backlog = LogBacklog<String>()
        for line in ["1", "2", "3"] { backlog.append(line, bytes: 1, .info) }
        #expect(backlog.takeFirst() == "1")
        backlog.putBack("1", bytes: 1)
        #expect((1...3).map { _ in backlog.takeFirst() } == ["1", "2", "3"])
        #expect(backlog.takeFirst() == nil)
        #expect(backlog.takeLost() == nil)
    }

    @Test("Below warning they fill one half of the room only, so that what tells of faults finds some; the others are counted")
    func room() {
        var backlog = LogBacklog<String>()
        let half = LogBound.bytes / 2
        backlog.append("half", bytes: half, .info)
        backlog.append("info that finds no room", bytes: 1, .notice)
        backlog.append("other half", bytes: half, .warning)
        backlog.append("error that finds no room", bytes: 1, .error)
        #expect((1...2).map { _ in backlog.takeFirst() } == ["half", "other half"])
        #expect(backlog.takeLost() == 2)
        #expect(backlog.takeLost() == nil)
        backlog.append("there is room again", bytes: half, .info)
        #expect(backlog.takeFirst() == "there is room again")
    }
}
