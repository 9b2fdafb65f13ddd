import ControlMessages
import FoundationEssentials
import Glibc
import Logging
import Settings
import Testing

@testable import Service

@Suite("The record of pauses") struct PauseRecordTests {
    /// To the millisecond, as the file keeps it.
    private static let request = PauseRequest(
        at: Timestamp(Date(timeIntervalSince1970: 1_800_000_000.125)), uid: 1000, user: "anna", reason: "schema \"v2\"\u{7F}, ü")
    private static let pauses = ["sync": request, "updated": PauseRequest(at: request.at, uid: 4711)]

    @Test("says who paused what, when and why, to the next process") func asWritten() throws {
        let directory = try Directory()
        let record = PauseRecord(directory: directory.path)
        #expect(try record.read() == [:], "nothing was paused yet")
        for pauses in [Self.pauses, ["sync": Self.request], [:]] {
            try record.write(pauses)
            #expect(try PauseRecord(directory: directory.path).read() == pauses)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["pauses"], "nothing else is left")
    }

    @Test("is replaced whatever a process left in the midst of it, and is nobody's link") func leftover() throws {
        let directory = try Directory()
        try directory.write("elsewhere", to: "elsewhere")
        try #require(unsafe symlink(directory["elsewhere"], directory["pauses.new"]) == 0)
        try #require(unsafe symlink(directory["elsewhere"], directory["pauses"]) == 0)
        let record = PauseRecord(directory: directory.path)
        #expect(throws: PauseRecord.Fault.self) { try record.read() }
        try record.write(Self.pauses)
        #expect(try record.read() == Self.pauses)
        #expect(try String(contentsOfFile: directory["elsewhere"], encoding: .utf8) == "elsewhere")
    }

    @Test(
        "that says nothing is not taken for one that nobody is paused in",
        arguments: [
            "", "{", "[]", "{}", #"{"pauses":[]}"#, #"{"version":2,"pauses":[]}"#, #"{"version":1,"pauses":[{"processor":"sync"}]}"#,
            #"{"version":1,"pauses":[{"processor":"sync","since":"yesterday"}]}"#,
        ])
    func unreadable(text: String) throws {
        let directory = try Directory()
        try directory.write(text, to: "pauses")
        let fault = #expect(throws: PauseRecord.Fault.self) { try PauseRecord(directory: directory.path).read() }
        #expect(fault?.path == directory["pauses"])
    }

    @Test("that cannot be written says where and why, and leaves the old one") func unwritable() throws {
        let missing = PauseRecord(directory: "/nonexistent/warren")
        let fault = #expect(throws: PauseRecord.Fault.self) { try missing.write(Self.pauses) }
        #expect(fault?.description == "/nonexistent/warren/pauses.new: No such file or directory")
        // A directory at its place cannot be replaced by a file.
        let directory = try Directory()
        try FileManager.default.createDirectory(atPath: directory["pauses"], withIntermediateDirectories: false)
        #expect(throws: PauseRecord.Fault.self) { try PauseRecord(directory: directory.path).write(Self.pauses) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["pauses"])
    }
}

@Suite("Pauses over a restart") struct PausesTests {
    private static let settings: Settings = {
        var settings = Settings()
        settings.processors = ["updated", "sync"].map {
            ProcessorSettings(name: $0, queue: $0, operation: .update, collection: "companies", key: JSONPointer())
        }
        return settings
    }()
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Those that a process finds in this directory.
    private func found(in directory: Directory) -> ProcessorPauses {
        ProcessorPauses(in: directory.path, of: Self.settings, logger: logger)
    }

    @Test("A drain is a pause for the next process, a resumed processor is none, and the pause keeps its age") func restart() throws {
        let directory = try Directory()
        let first = found(in: directory)
        #expect(first.surviveRestart)
        #expect(first.all.isEmpty)
        let asked = Timestamp(Date(timeIntervalSinceNow: -3600))
        let request = PauseRequest(at: asked, uid: 0, user: "root", reason: "why")
        try first.set(Pause(.draining, request: request), of: "sync")
        try first.set(Pause(.paused), of: "updated")
        try first.set(nil, of: "updated")
        let pause = try #require(found(in: directory).all["sync"])
        #expect(found(in: directory).all.count == 1)
        #expect(pause.state == .paused)
        #expect((pause.request.user, pause.request.uid, pause.request.reason) == ("root", 0, "why"))
        #expect(abs(pause.since.wall.date.timeIntervalSince(asked.date)) < 0.01)
        #expect(abs((ContinuousClock.now - pause.since.instant) / .seconds(1) - 3600) < 30)
    }

    @Test("What cannot be written down does not happen") func unwritable() throws {
        let directory = try Directory()
        let pauses = found(in: directory)
        try pauses.set(Pause(.paused), of: "sync")
        try FileManager.default.removeItem(atPath: directory.path)
        #expect(throws: PauseRecord.Fault.self) { try pauses.set(Pause(.paused), of: "updated") }
        #expect(throws: PauseRecord.Fault.self) { try pauses.set(nil, of: "sync") }
        #expect(Set(pauses.all.keys) == ["sync"])
    }

    @Test("The moment for which a resynchronisation stops a processor ends with the process") func resynchronisation() throws {
        let directory = try Directory()
        let pauses = found(in: directory)
        try pauses.set(Pause(.draining, request: PauseRequest(origin: .resynchronisation)), of: "sync")
        #expect(pauses["sync"] != nil)
        #expect(found(in: directory).all.isEmpty)
        try pauses.set(Pause(.paused), of: "updated")
        #expect(Set(found(in: directory).all.keys) == ["updated"])
    }

    @Test(
        "Who gives a reason has the last word; what Warren does for a moment gives way to an administrator, and never the other way round")
    func lastWord() {
        let asked = Timestamp(Date(timeIntervalSince1970: 1))
        let anna = PauseRequest(at: asked, uid: 1, reason: "one"), moment = PauseRequest(origin: .resynchronisation)
        #expect(anna.updated(by: PauseRequest(uid: 2)) == anna)
        #expect(anna.updated(by: PauseRequest(uid: 2, reason: "two")) == PauseRequest(at: asked, uid: 2, reason: "two"))
        #expect(anna.updated(by: moment) == anna)
        #expect(moment.updated(by: anna) == anna)
    }

    @Test("A record that cannot be read pauses every processor, each until it is resumed") func unreadable() throws {
        let directory = try Directory()
        try directory.write("rubbish", to: "pauses")
        let pauses = found(in: directory)
        #expect(Set(pauses.all.keys) == ["updated", "sync"])
        #expect(pauses.all.values.allSatisfy { $0.request.origin == .unreadableRecord && $0.request.text.hasPrefix("paused by Warren: ") })
        try pauses.set(nil, of: "sync")
        #expect(Set(found(in: directory).all.keys) == ["updated"], "the record is a good one again")
    }

    @Test("Pauses of processors that are gone are dropped, there and on disk") func dropped() throws {
        let directory = try Directory()
        let pauses = found(in: directory)
        for name in ["updated", "sync"] { try pauses.set(Pause(.paused), of: name) }
        #expect(pauses.keep(["sync"]) == ["updated"])
        #expect(pauses.keep(["sync"]) == [])
        try pauses.write()
        #expect(Set(found(in: directory).all.keys) == ["sync"])
    }

    @Test("Without a state directory a pause ends with the process") func withoutDirectory() throws {
        let pauses = ProcessorPauses(in: nil, of: Self.settings, logger: logger)
        try pauses.set(Pause(.paused), of: "sync")
        #expect(!pauses.surviveRestart)
        #expect(pauses["sync"] != nil)
    }
}
