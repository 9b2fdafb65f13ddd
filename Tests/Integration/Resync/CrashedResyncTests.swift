import ArangoEmulator
import ControlClients
import ControlMessages
import FoundationEssentials
import Glibc
import Logging
import Nodes
import Service
import TestDatabase
import Testing
import Waiting

extension WholeService {
    @Suite("Full resynchronisation through a crash") struct ResynchronisationThroughACrash {
        @Test("Killed with SIGKILL in the middle of a sweep, the next process continues it, and removes only what is missing")
        func killed() async throws {
            let directory = FileManager.default.temporaryDirectory.appending(path: "warren-\(UUID().uuidString.prefix(8))").path
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: directory) }
            // The begin of the run waits for twice this time.
            let world = try await World.make(
                extra: ["sync": "[processor.resync]\nmissing = \"remove\"\nmax_removed = \"100%\""], timeout: "30s")
            try writeConfiguration(world.text, to: "\(directory)/warren.toml")
            let client = AsyncControlClient(socket: "\(directory)/control.sock")
            func start() throws -> ChildProcess {
                try ChildProcess(
                    LedgerOptions([:]).binary, ["run", "--config", "\(directory)/warren.toml"],
                    environment: ["STATE_DIRECTORY": directory, "WARREN_CONTROL_SOCKET": client.socket], output: "\(directory)/warren.log")
            }
            func sync(_ keys: ClosedRange<Int>) async throws {
                try await world.publish(keys.map { #"{"id":"\#($0)","version":1}"# }, to: "sync")
            }

            var daemon = try start()
            defer { daemon.send(SIGKILL) }
            try await sync(1...1500)
            try await eventually("all are there") { world.documentCount == 1500 }
            #expect(try await client.resync(.post, "/begin").state == "running")
            try await sync(1...300)
            // Pages are of 500: the first is removed, although nothing reports it, and no other is.
            let documents = "/_api/document/companies"
            world.database.inject(InjectedFault(.loseReply, method: "DELETE", path: documents, times: 1))
            world.database.inject(InjectedFault(.stall, method: "DELETE", path: documents))
            try await eventually("the run is settled") { (try? await client.resync(.post, "/end"))?.state == "sweeping" }
            try await eventually("some are gone") { world.documentCount == 1000 }
            daemon.send(SIGKILL)
            #expect(try await daemon.end(within: 60) == .signalled(SIGKILL))
            #expect(world.documentCount == 1000, "it was in the middle")
            world.database.replaceFaults(with: [])
            daemon = try start()
            // Written by the next process before it has read anything else: it is seen.
            try await sync(1500...1500)
            try await eventually("the run is done", seconds: 60) { (try? await client.resync(.get))?.state == "done" }
            #expect(world.documents.keys.filter { (Int($0) ?? 0) <= 300 }.count == 300, "what was seen is there")
            #expect(Set(world.documents.keys).subtracting((1...300).map { "\($0)" }).isSubset(of: ["1500"]))
            daemon.send(SIGTERM)
            #expect(try await daemon.end(within: 60) == .exited(0))
        }

        @Test("A database that is away in the middle of a sweep delays it, and a run that began is on after a restart")
        func databaseAway() async throws {
            let world = try await World.make(extra: ["sync": "[processor.resync]\nmax_removed = \"100%\""])
            let socket = "/tmp/warren-resync-\(getpid())-\(UInt32.random(in: .min ... .max)).sock"
            let client = AsyncControlClient(socket: socket)
            let context = ControlContext(version: "test", threshold: LogThreshold(.trace), environment: [:], longestWrite: .zero)
            try await world.with(socket: socket).serving(control: context) {
                try await world.publish((1...9).map { #"{"id":"\#($0)","version":1}"# }, to: "sync")
                try await eventually("all are there") { world.documentCount == 9 }
                #expect(try await client.resync(.post, "/begin").state == "running")
            }
            try await world.with(socket: socket).serving(control: context) {
                try await world.publish([#"{"id":"1","version":1}"#], to: "sync")
                world.database.inject(InjectedFault(.answer(status: 503, errorNum: 503, message: "starting"), method: "PATCH", times: 3))
                try await eventually("the run ends") { ["sweeping", "done"].contains((try? await client.resync(.post, "/end"))?.state) }
                try await eventually("it is done") { try await client.resync(.get).state == "done" }
            }
            #expect(world.documents.filter { $0.value.contains(#""invalidated":true"#) }.keys.sorted() == (2...9).map { "\($0)" })
        }
    }
}
