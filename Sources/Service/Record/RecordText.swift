internal import Messages
internal import Pipeline

/// The record of a process as text: a line about the process, one for each suspect, and a checksum. What is behind the checksum is left from an
/// earlier, longer text.
enum RecordText {
    /// A record is not longer. One page, so that a signal cannot cut the writing of it in two.
    static let mostBytes = 4096

    /// The text of a record. A process that has stopped holds nothing.
    static func text(_ process: LastProcess) -> String {
        var text = "warren 1 \(process.state.rawValue) \(process.invocation ?? none)\n"
        for record in process.poisonRecords.records.prefix(PoisonRecords.bound) {
            text += "\(record.stage.rawValue) \(String(record.fingerprint, radix: 16)) \(min(record.processes, mostProcesses))\n"
        }
        if process.poisonRecords.isComputing { text += "\(computing)\n" }
        return text + "end \(String(checksum(text.utf8), radix: 16))\n"
    }

    /// What a text says; `nil` unless all of it is as ``text(_:)`` writes it.
    static func process(_ bytes: [UInt8]) -> LastProcess? {
        var lines = String(decoding: bytes.prefix(mostBytes), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)[...]
        var seen = ""
        guard let head = lines.popFirst()?.split(separator: " "), head.count == 4, head[0] == "warren", head[1] == "1",
            let state = LastProcess.State(rawValue: String(head[2])), isInvocation(head[3])
        else { return nil }
        seen += head.joined(separator: " ") + "\n"
        var poisonRecords = PoisonRecords()
        while let line = lines.popFirst() {
            let fields = line.split(separator: " ")
            if fields.count == 2, fields[0] == "end" {
                guard fields[1] == String(checksum(seen.utf8), radix: 16) else { return nil }
                return LastProcess(state: state, invocation: head[3] == none ? nil : String(head[3]), poisonRecords: poisonRecords)
            } else if line == computing {
                poisonRecords.isComputing = true
            } else if fields.count == 3, poisonRecords.records.count < PoisonRecords.bound,
                let stage = PoisonRecord.Stage(rawValue: String(fields[0])),
                let fingerprint = UInt64(fields[1], radix: 16), let processes = Int(fields[2]), (1...mostProcesses).contains(processes)
            {
                poisonRecords.records.append(PoisonRecord(fingerprint: fingerprint, stage: stage, processes: processes))
            } else {
                return nil
            }
            seen += "\(line)\n"
        }
        return nil
    }

    /// How systemd saw a process end, as `packaging/debian/note-ending` writes it: result, exit code, exit status, invocation.
    static func ending(_ bytes: [UInt8]) -> ProcessEnding? {
        let lines = String(decoding: bytes.prefix(mostBytes), as: UTF8.self).split(separator: "\n")
        guard lines.count == 1 else { return nil }
        let fields = lines[0].split(separator: " ")
        guard fields.count == 4, isInvocation(fields[3]) else { return nil }
        return ProcessEnding(
            result: String(fields[0]), status: String(fields[2]), invocation: fields[3] == none ? nil : String(fields[3]))
    }

    private static let none = "-", computing = "computing"
    /// More are not distinguished: a message is parked long before.
    private static let mostProcesses = 9

    private static func isInvocation(_ field: Substring) -> Bool {
        field == none
            || field.utf8.count <= 64
                && field.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 }
    }

    /// FNV-1a.
    private static func checksum(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
