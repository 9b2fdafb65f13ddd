import CSystemd
import Glibc
import Logging
import SystemdReceiver
import Testing
import Waiting

@testable import Service

@Suite("Journal entries")
struct JournalEntryTests {
    private func text(_ entry: JournalEntry) -> String { String(decoding: entry.bytes, as: UTF8.self) }

    @Test("Carry what people read, the priority, and each fact as a field that can be searched for")
    func fields() {
        let facts: Logger.Metadata = [
            "document.key": "4711", "collection": "companies", "processor": "company-sync", "queue": "company.sync",
        ]
        #expect(
            text(JournalEntry(.warning, "Write failed; trying again", facts)) == """
                MESSAGE=Write failed; trying again  collection=companies  document.key=4711  processor=company-sync  queue=company.sync
                PRIORITY=4
                SYSLOG_IDENTIFIER=warren
                WARREN_COLLECTION=companies
                WARREN_KEY=4711
                WARREN_PROCESSOR=company-sync
                WARREN_QUEUE=company.sync

                """)
    }

    @Test(
        "Have the priorities of syslog",
        arguments: zip(Logger.Level.allCases, [7, 7, 6, 5, 4, 3, 2]))
    func priority(level: Logger.Level, number: Int) {
        #expect(text(JournalEntry(level, "X", [:])).contains("\nPRIORITY=\(number)\n"))
    }

    @Test(
        "Have field names of the journal's alphabet only",
        arguments: [
            ("held.bytes", "WARREN_HELD_BYTES"), ("delivery.tag", "WARREN_DELIVERY_TAG"), ("ä=\n", "WARREN_____"),
            (String(repeating: "x", count: 100), "WARREN_" + String(repeating: "X", count: 57)),
        ])
    func names(key: String, field: String) {
        #expect(JournalEntry.fieldName(key) == field)
    }

    @Test("A value with newlines is told its length, so that it cannot become a field of its own")
    func multiline() {
        let bytes = JournalEntry(.info, "X", ["error": "a\nPRIORITY=0"]).bytes
        let expected = Array("WARREN_ERROR\n".utf8) + [12, 0, 0, 0, 0, 0, 0, 0] + Array("a\nPRIORITY=0\n".utf8)
        #expect(Array(bytes.suffix(expected.count)) == expected)
        #expect(text(JournalEntry(.info, "X", ["error": "a\nb"])).hasPrefix(#"MESSAGE=X  error="a\nb""#))
    }
}

@Suite("The journal's socket", .serialized)
struct JournalSocketTests {
    /// What arrives at journald's socket, when libsystemd and Warren send the same there.
    private func both(_ level: Logger.Level, _ text: String, _ facts: Logger.Metadata) async throws -> [DatagramReceiver.Message?] {
        try await inPrivateRun {
            let receiver = try DatagramReceiver(JournalSocket.defaultPath)
            let fields = [
                ("MESSAGE", text + LogStyle.pairs(facts)), ("PRIORITY", "\(level.journalPriority)"), ("SYSLOG_IDENTIFIER", "warren"),
            ]
            let more = facts.sorted { $0.key < $1.key }.map { (JournalEntry.fieldName($0.key), "\($0.value)") }
            #expect(Self.real((fields + more).map { "\($0)=\($1)" }) == 0)
            let expected = receiver.next()
            let socket = try #require(JournalSocket())
            #expect(socket.send(JournalEntry(level, text, facts).bytes, mayWait: false) == .sent)
            return [expected, receiver.next()]
        }
    }

    private static func real(_ fields: [String]) -> Int32 {
        let copies = unsafe fields.map { unsafe (strdup($0), $0.utf8.count) }
        defer { unsafe copies.forEach { unsafe free($0.0) } }
        let parts = unsafe copies.map { unsafe iovec(iov_base: $0.0, iov_len: $0.1) }
        return unsafe sd_journal_sendv(parts, Int32(parts.count))
    }

    @Test("Gets the same bytes from us as from libsystemd")
    func small() async throws {
        let messages = try await both(
            .error, "Cannot consume; trying again", ["queue": "company.sync", "error": "404\nNOT_FOUND ü \u{1B}"])
        #expect(messages[0] != nil)
        #expect(messages[0] == messages[1])
    }

    @Test("Gets an entry that is too large for a datagram in sealed memory, as from libsystemd")
    func large() async throws {
        let messages = try await both(.info, "Large", ["error": .string(String(repeating: "x", count: 20 << 20))])
        #expect(messages[0]?.bytes.count ?? 0 > 40 << 20)
        #expect(messages[0]?.bytes == messages[1]?.bytes)
        #expect(messages[0]?.seals == 15)
        #expect(messages[1]?.seals == 15)
    }

    @Test("Is never waited for: entries that it does not take wait in memory, and come in their order")
    func slow() async throws {
        let path = DatagramReceiver.freshPath()
        let receiver = try DatagramReceiver(path)
        let writer = JournalWriter(try #require(JournalSocket(path: path)))
        let count = 500
        for number in 1...count { writer.write(.info, "entry \(number)", [:]) }
        var messages: [String] = []
        try await eventually("all have come") {
            messages += receiver.all().compactMap { $0.split(separator: "\n").first.map(String.init) }
            return messages.count >= count
        }
        #expect(messages == (1...count).map { "MESSAGE=entry \($0)" })
        writer.flush()
    }

    @Test("That nobody listens to is known at once, so that the line can go to standard error")
    func away() throws {
        let socket = try #require(JournalSocket(path: DatagramReceiver.freshPath()))
        #expect(socket.send(JournalEntry(.info, "X", [:]).bytes, mayWait: true) == .away)
    }
}

@Suite("Where standard error goes")
struct JournalStreamTests {
    @Test("Is the journal only if device and inode are those of JOURNAL_STREAM, as systemd.exec(5) says")
    func comparison() throws {
        var facts = stat()
        try #require(unsafe fstat(STDIN_FILENO, &facts) == 0)
        #expect(JournalStream("\(facts.st_dev):\(facts.st_ino)")?.isAt(STDIN_FILENO) == true)
        #expect(JournalStream("\(facts.st_dev):\(facts.st_ino + 1)")?.isAt(STDIN_FILENO) == false)
        #expect(JournalStream("\(facts.st_dev + 1):\(facts.st_ino)")?.isAt(STDIN_FILENO) == false)
    }

    @Test("Is not told by a variable that is unset or malformed", arguments: [nil, "", "8", "8:", "8:1:2", "a:b", "-8:1"])
    func malformed(variable: String?) {
        #expect(JournalStream(variable) == nil)
    }
}
