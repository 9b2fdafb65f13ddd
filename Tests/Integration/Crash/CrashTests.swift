import ArangoEmulator
import Broker
import ControlClients
import ControlMessages
import FoundationEssentials
import Glibc
import Nodes
import Settings
import TestDatabase
import Testing
import Waiting

/// What ends the process is found out; what merely was there is not.
extension WholeService {
    @Suite("A process that ends") struct EndingProcess {
        @Test("Killed four times while the database hangs: nobody is to blame, and everything is written")
        func killedWhileDatabaseHangs() async throws {
            let world = try await World.make()
            let daemon = try CrashingDaemon(in: world)
            defer { daemon.removeFiles() }
            world.database.inject(.hanging)
            try await world.publish((1...20).map { #"{"id":"a\#($0)","version":1}"# }, to: "updated")
            for _ in 1...4 {
                let before = world.writeRequests
                let process = try daemon.start()
                try await eventually("it waits for the database") { world.writeRequests > before }
                try await daemon.kill(process)
            }
            world.database.removeFaults()
            try await daemon.finish { world.documentCount == 20 }
            #expect(try await world.depths()["updated.dead"] == 0)
        }

        @Test("Ended by its own fault four times while the database hangs with one of many: that one is parked, all others are written")
        func faultWhileDatabaseHangs() async throws {
            let world = try await World.make()
            let daemon = try CrashingDaemon(in: world)
            defer { daemon.removeFiles() }
            world.database.inject(.hanging)
            try await world.publish((1...20).map { #"{"id":"a\#($0)","version":1}"# }, to: "updated")
            // As if sending the first one ended it: what evidence there is says no more. The first process had sent them all.
            for _ in 1...4 {
                let before = world.writeRequests
                let process = try daemon.start()
                try await eventually("it waits for the database") { world.writeRequests > before }
                try await daemon.kill(process, result: "signal", status: "SEGV")
            }
            world.database.removeFaults()
            try await daemon.finish { world.documentCount == 19 }
            let letters = try await world.deadLetters(of: "updated", count: 1)
            #expect(letters.map { String(decoding: $0.body, as: UTF8.self) } == [#"{"id":"a1","version":1}"#])
            #expect(letters.first?.headers["warren-reason"] == .string("ends-process"))
        }

        @Test("Reloads that return what is held to its queue: no process has ended, and nobody is to blame")
        func reloads() async throws {
            let world = try await World.make()
            let daemon = try CrashingDaemon(in: world)
            defer { daemon.removeFiles() }
            world.database.inject(.hanging)
            try await world.publish([#"{"id":"a","version":1}"#], to: "updated")
            let process = try daemon.start()
            for round in 1...5 {
                try await eventually("it waits for the database") { world.writeRequests >= round }
                try daemon.configure(heartbeat: 20 + round)
                let report: ReloadReport = try await daemon.process.client.send(.post, "/v1/reload")
                #expect(report.notes.contains("all connections were opened again"))
            }
            world.database.removeFaults()
            try await eventually("written") { world.documentCount == 1 }
            try await eventually("settled") { try await world.depths()["updated"] == 0 }
            try await daemon.process.stop(process)
            #expect(try await world.depths()["updated.dead"] == 0)
        }

        @Test(
            "A message that needs more memory than there is: it is parked when three processes have ended by it, and the other queues are consumed",
            .enabled(if: MemoryCage.parent != nil, "this machine lets us make no memory cgroup"), arguments: [true, false])
        func outOfMemory(systemdTells: Bool) async throws {
            let world = try await World.make()
            let daemon = try CrashingDaemon(in: world, rabbitmq: #"max_message = "512MiB""#)
            defer { daemon.removeFiles() }
            let cage = try MemoryCage(bytes: 200 << 20)
            defer { cage.remove() }
            let bomb = (0..<1_900).flatMap { _ in Self.quarterMebibyteOfSpaces }
            try await world.publish((1...3).map { #"{"id":"a\#($0)","version":1}"# }, to: "updated")
            try await world.publish(gzip: bomb, to: "updated")
            try await world.publish((4...6).map { #"{"id":"a\#($0)","version":1}"# }, to: "updated")
            // The first process meets it among others; the next three name it.
            for number in 1...4 {
                try await world.publish([#"{"id":"s\#(number)","version":1}"#], to: "sync")
                let process = try daemon.start(in: cage)
                #expect(try await process.end(within: 60) == .signalled(SIGKILL), "process \(number)")
                #expect(cage.kills == number)
                if systemdTells { try daemon.noteEnding(result: "oom-kill", status: "KILL") }
            }
            let last = try daemon.start(in: cage)
            try await eventually("all others are written", seconds: 60) { world.documentCount == 10 }
            try await eventually("settled") { try await world.depths()["updated"] == 0 }
            try await daemon.process.stop(last)
            #expect(cage.kills == 4)
            let letters = try await world.deadLetters(of: "updated", count: 1)
            #expect(letters.map(\.body) == [bomb])
            #expect(letters.first?.headers["warren-reason"] == .string("ends-process"))
        }

        @Test("10,000 messages that came before, after a stop in order: nothing is written down about them")
        func bulkAfterStop() async throws {
            let world = try await World.make()
            let daemon = try CrashingDaemon(in: world, prefetch: 10_000, drain: "0s")
            defer { daemon.removeFiles() }
            world.database.inject(.hanging)
            try await world.publish((1...10_000).map { #"{"id":"a\#($0)","version":1}"# }, to: "updated")
            let first = try daemon.start()
            try await eventually("it holds all of them") {
                let list: ProcessorList? = try? await daemon.process.client.send(.get, "/v1/processors")
                return list?.processors.first { $0.name == "updated" }?.held == 10_000
            }
            try await daemon.process.stop(first)
            world.database.removeFaults()

            let second = try daemon.start()
            try await daemon.process.consuming()
            let begun = try daemon.recordTime()
            try await eventually("written", seconds: 60) { world.documentCount == 10_000 }
            try await eventually("settled") { try await world.depths()["updated"] == 0 }
            #expect(try daemon.recordTime() == begun, "the record is as it was when the process began to consume")
            try await daemon.process.stop(second)
        }

        /// A whole gzip member (RFC 1952) of 290 bytes: 262,144 spaces.
        static let quarterMebibyteOfSpaces: [UInt8] =
            [
                0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xFF, 0xED, 0xC1, 0x31, 0x01, 0x00, 0x00, 0x00, 0xC2, 0xA0, 0x2A,
                0xEB, 0x9F, 0xD2, 0xDB, 0x0E, 0x40, 0x01,
            ]
            + Array(repeating: 0, count: 253) + [0xBC, 0x01, 0x34, 0xA0, 0x2F, 0x92, 0x00, 0x00, 0x04, 0x00]
    }
}

/// A daemon with a state directory, and what systemd would do around it.
private struct CrashingDaemon {
    let process: DaemonProcess
    private let prefetch: Int, drain: String, rabbitmq: String
    private let invocation = Box(0)

    private var state: String { "\(process.directory)/state" }

    init(in world: World, prefetch: Int = 100, drain: String = "200ms", rabbitmq: String = "") throws {
        process = try DaemonProcess(in: world)
        (self.prefetch, self.drain, self.rabbitmq) = (prefetch, drain, rabbitmq)
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: false)
        try configure(heartbeat: 20)
    }

    func configure(heartbeat: Int) throws {
        try process.configure(
            rabbitmq: "heartbeat = \"\(heartbeat)s\"\n\(rabbitmq)", prefetch: prefetch, more: "[service]\ndrain = \"\(drain)\"")
    }

    func removeFiles() { process.removeFiles() }

    func start(in cage: MemoryCage? = nil) throws -> ChildProcess {
        invocation.update { $0 += 1 }
        return try process.start(variables: ["STATE_DIRECTORY": state, "INVOCATION_ID": name], in: cage)
    }

    /// SIGKILL, and what systemd makes of it.
    func kill(_ child: ChildProcess, result: String = "signal", status: String = "KILL") async throws {
        child.send(SIGKILL)
        #expect(try await child.end(within: 30) == .signalled(SIGKILL))
        try noteEnding(result: result, status: status)
    }

    /// Runs what `ExecStopPost=` runs.
    func noteEnding(result: String, status: String, file: String = #filePath) throws {
        let script = file.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
        let child = try ChildProcess(
            "\(script)/packaging/debian/note-ending", [],
            environment: [
                "PATH": "/usr/bin:/bin", "STATE_DIRECTORY": state, "INVOCATION_ID": name, "SERVICE_RESULT": result, "EXIT_CODE": "killed",
                "EXIT_STATUS": status,
            ], output: "\(process.directory)/script")
        var ending = child.currentEnding
        while ending == nil {
            usleep(1_000)
            ending = child.currentEnding
        }
        #expect(ending == .exited(0))
    }

    /// Runs it until `condition` holds and nothing is left, and stops it.
    func finish(_ condition: () -> Bool) async throws {
        let last = try start()
        try await eventually("everything is written", condition)
        try await eventually("settled") { try await process.world.depths()["updated"] == 0 }
        try await process.stop(last)
    }

    /// When the record was written last, to the nanosecond.
    func recordTime() throws -> [Int] {
        var status = stat()
        try #require(unsafe stat("\(state)/suspect", &status) == 0)
        return [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    }

    private var name: String { "a\(invocation.value)" }
}

extension InjectedFault {
    /// No write is answered.
    fileprivate static let hanging = InjectedFault(.stall, method: "POST", path: "/_api/document")
}

extension World {
    /// Write requests that have come, those that are not answered included.
    fileprivate var writeRequests: Int { database.recentRequests.count { $0.method == "POST" && $0.target.contains("/_api/document/") } }

    func publish(gzip body: [UInt8], to processor: String) async throws {
        let queue = try #require(settings.processors.first { $0.name == processor }).queue
        let publisher = Publisher(settings: settings.rabbitmq)
        // Flags: content-encoding alone.
        let properties: [UInt8] = [0x40, 0x00, 4] + Array("gzip".utf8)
        let publication = Publication(exchange: "", routingKey: queue, body: body[...], encodedProperties: properties[...], headers: [])
        for result in await publisher.publish([publication]) { try result.get() }
        await publisher.close()
    }
}
