import FoundationEssentials
import Glibc
import Messages
import Pipeline
import Testing

@testable import Service

@Suite("The record of a process") struct RecordTests {
    static let records = [
        PoisonRecord(fingerprint: 0xFFFF_FFFF_FFFF_FFFF, stage: .mapping, processes: 1),
        PoisonRecord(fingerprint: 1, stage: .handling, processes: 3),
    ]

    @Test("says what was written, suspects or none", arguments: LastProcess.State.allCases, [nil, "0123456789abcdef0123456789abcdef"])
    func asWritten(state: LastProcess.State, invocation: String?) {
        for records in [[], Self.records] {
            for isComputing in [false, true] {
                let process = LastProcess(
                    state: state, invocation: invocation, poisonRecords: PoisonRecords(records: records, isComputing: isComputing))
                #expect(RecordText.process(Array(RecordText.text(process).utf8)) == process)
            }
        }
    }

    @Test("Of a longer text before it nothing is read")
    func remains() {
        let process = LastProcess(state: .running, invocation: nil, poisonRecords: PoisonRecords())
        let text = RecordText.text(process) + "handling 1 3\nend 0\n"
        #expect(RecordText.process(Array(text.utf8)) == process)
    }

    @Test("fits into its room, however many are named")
    func longest() {
        let records = Array(repeating: PoisonRecord(fingerprint: .max, stage: .handling, processes: .max), count: 1000)
        let text = RecordText.text(
            LastProcess(
                state: .stopping, invocation: String(repeating: "f", count: 64),
                poisonRecords: PoisonRecords(records: records, isComputing: true)))
        #expect(text.utf8.count <= RecordText.mostBytes)
        #expect(RecordText.process(Array(text.utf8))?.poisonRecords.records.count == PoisonRecords.bound)
    }

    @Test("cut off anywhere, or with any byte changed, is not read")
    func damaged() {
        let bytes = Array(
            RecordText.text(
                LastProcess(state: .running, invocation: "ab", poisonRecords: PoisonRecords(records: Self.records, isComputing: true))
            ).utf8)
        for count in 0..<(bytes.count - 1) { #expect(RecordText.process(Array(bytes.prefix(count))) == nil, "\(count) bytes") }
        for index in bytes.indices.dropLast() {
            for bit in 0..<8 {
                var bytes = bytes
                bytes[index] ^= 1 << bit
                #expect(RecordText.process(bytes) == nil, "byte \(index), bit \(bit)")
            }
        }
    }

    @Test(
        "in the form of 0.1.0, or in none, names nobody and is nobody's end",
        arguments: [
            "", "\n", "9c1 3", "ffffffffffffffff 9223372036854775807", "warren 1 running -", "warren 2 running -\nend 0\n",
            "warren 1 running -\nend 0\n", String(repeating: "x", count: 4096), String(repeating: "\n", count: 4096),
        ])
    func anotherForm(text: String) throws {
        let directory = try Directory()
        try directory.write(text, to: "suspect")
        try directory.write("oom-kill killed KILL -\n", to: "ending")
        #expect(directory.judge() == Caution(measure: .watched))
    }

    @Test("is not read if it is a link, a pipe, a directory, too long or another user's, and makes room for one of ours")
    func foreign() throws {
        let directory = try Directory()
        let path = directory["suspect"]
        let convicting = RecordText.text(
            LastProcess(
                state: .running, invocation: nil,
                poisonRecords: PoisonRecords(records: [PoisonRecord(fingerprint: 1, stage: .mapping, processes: 3)])))
        try directory.write(convicting, to: "elsewhere")
        let makers: [(String, () throws -> Void)] = [
            ("link", { try #require(unsafe symlink(directory["elsewhere"], path) == 0) }),
            ("hard link", { try #require(unsafe link(directory["elsewhere"], path) == 0) }),
            ("pipe", { try #require(unsafe mkfifo(path, 0o600) == 0) }),
            ("long", { try directory.write(convicting + String(repeating: "\n", count: 8192), to: "suspect") }),
            (
                "somebody else's",
                {
                    try directory.write(convicting, to: "suspect")
                    if geteuid() == 0 {
                        try #require(unsafe chown(path, 65534, 65534) == 0)
                    } else {
                        try directory.write("", to: "suspect")
                    }
                }
            ),
        ]
        for (name, make) in makers {
            unsafe unlink(path)
            try make()
            #expect(directory.judge() == Caution(measure: .watched), "\(name)")
            let record = directory.record()
            #expect(record.begin() == nil, "\(name)")
            record.end()
            #expect(directory.judge() == .none, "\(name)")
        }
        #expect(try String(contentsOfFile: directory["elsewhere"], encoding: .utf8) == convicting, "what it leads to is not touched")

        unsafe unlink(path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(directory.judge() == Caution(measure: .watched))
        #expect(directory.record().begin() != nil, "it is said, and the service goes on")
    }

    @Test("is the predecessor's until the process consumes: a start that fails changes nothing")
    func begin() throws {
        let directory = try Directory()
        let first = directory.record(invocation: "a1")
        #expect(first.begin() == nil)
        first.note(PoisonRecords(records: [PoisonRecord(fingerprint: 1, stage: .mapping, processes: 2)]))
        try directory.write("oom-kill killed KILL a1\n", to: "ending")

        let failing = directory.record(invocation: "a2")
        _ = failing.judge()
        failing.note(PoisonRecords())
        failing.beginStop()
        failing.end()
        #expect(directory.judge() == Caution(measure: .watched, named: [1: 2]))

        let third = directory.record(invocation: "a3")
        _ = third.judge()
        #expect(third.begin() == nil)
        #expect(!FileManager.default.fileExists(atPath: directory["ending"]), "that was the first one's")
        #expect(directory.judge() == Caution(measure: .watched, named: [1: 2]), "named before it consumed anything")
    }

    @Test("tells a stop from its beginning on")
    func stop() throws {
        let directory = try Directory()
        #expect(directory.judge() == .none, "nobody was here")
        let record = directory.record()
        #expect(record.begin() == nil)
        #expect(directory.judge() == Caution(measure: .watched))
        record.beginStop()
        #expect(directory.judge() == .none)
        record.note(PoisonRecords(records: Self.records))
        #expect(directory.judge() == .none)
        try directory.write("oom-kill killed KILL -\n", to: "ending")
        #expect(directory.judge().named.count == 2)
        record.end()
        record.note(PoisonRecords(records: Self.records))
        #expect(directory.judge() == .none)
    }

    @Test(
        "How it ended is read only in the form of the script",
        arguments: [
            "", "oom-kill", "oom-kill killed KILL", "oom-kill killed KILL a1 more", "oom-kill killed KILL a1\nwatchdog dumped ABRT a1",
            "oom-kill killed KILL XYZ", String(repeating: "y", count: 4096),
        ])
    func endingForm(text: String) throws {
        #expect(RecordText.ending(Array(text.utf8)) == nil)
    }
}

/// The script that the unit runs when the process has ended.
@Suite("ExecStopPost=") struct NoteEndingTests {
    @Test("stores how the process of the record ended, and nothing of another one")
    func script() async throws {
        let directory = try Directory()
        try directory.runScript(["SERVICE_RESULT": "oom-kill", "INVOCATION_ID": "a1"])
        #expect(!FileManager.default.fileExists(atPath: directory["ending"]), "no record, no ending")

        #expect(directory.record(invocation: "a1").begin() == nil)
        try directory.runScript(["SERVICE_RESULT": "signal", "EXIT_CODE": "killed", "EXIT_STATUS": "SEGV", "INVOCATION_ID": "a1"])
        #expect(directory.judge() == Caution(measure: .alone))
        // The start after it came to nothing.
        try directory.runScript(["SERVICE_RESULT": "exit-code", "EXIT_CODE": "exited", "EXIT_STATUS": "78", "INVOCATION_ID": "a2"])
        #expect(directory.judge() == Caution(measure: .alone))
        try directory.runScript(["SERVICE_RESULT": "signal", "EXIT_CODE": "killed", "EXIT_STATUS": "KILL", "INVOCATION_ID": "a1"])
        #expect(directory.judge() == Caution(measure: .watched))
        // When systemd does not know how the main process ended.
        try directory.runScript(["SERVICE_RESULT": "oom-kill", "INVOCATION_ID": "a1"])
        #expect(directory.judge() == Caution(measure: .alone))
        #expect(!FileManager.default.fileExists(atPath: directory["ending.new"]))
    }
}

/// A state directory of its own.
final class Directory: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "warren-record-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    subscript(name: String) -> String { "\(path)/\(name)" }

    func write(_ text: String, to name: String) throws { try text.write(toFile: self[name], atomically: false, encoding: .utf8) }

    func record(invocation: String? = nil) -> ProcessRecord { ProcessRecord(directory: path, invocation: invocation) }

    func judge() -> Caution { record().judge().caution }

    /// Runs it as systemd does, and waits for its end.
    func runScript(_ environment: [String: String], file: String = #filePath) throws {
        let script =
            file.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
            + "/packaging/debian/note-ending"
        let variables = ["PATH=/usr/bin:/bin", "STATE_DIRECTORY=\(path)"] + environment.map { "\($0)=\($1)" }
        var pointers = unsafe variables.map { unsafe strdup($0) } + [nil]
        defer { unsafe pointers.forEach { unsafe free($0) } }
        var arguments = unsafe [strdup(script), nil]
        defer { unsafe free(arguments[0]) }
        var pid = pid_t(), status: Int32 = 0
        try #require(unsafe posix_spawn(&pid, script, nil, nil, &arguments, &pointers) == 0)
        try #require(unsafe waitpid(pid, &status, 0) == pid)
        #expect(status == 0)
    }
}
