import ArangoEmulator
import Broker
import Control
import FoundationEssentials
import Glibc
import Logging
import Pipeline
import Service
import Settings
import Testing
import Threads

extension WholeService {
    @Suite("Full resynchronisation") struct Resynchronisation {
        /// A world with a run in it, and what a client may ask.
        private struct Run {
            let world: World
            let client: ControlClient
            let context: ControlContext

            static func make(_ test: String = #function, resync: String = "", more: String = "") async throws -> Run {
                let plain = try await World.make(
                    test, more: more, extra: ["sync": "set = { source = \"crm\" }\n[processor.resync]\n\(resync)"], timeout: "300ms")
                let socket = "/tmp/warren-resync-\(getpid())-\(UInt32.random(in: .min ... .max)).sock"
                let world = plain.with(socket: socket)
                let context = ControlContext(
                    version: "test", threshold: LogThreshold(.trace), environment: [:])
                return Run(world: world, client: ControlClient(socket: socket, group: nil), context: context)
            }

            func serving(_ body: () async throws -> Void) async throws {
                try await world.serving(control: context) {
                    try await eventually("the socket listens") { (try? await ask(.get)) != nil }
                    try await body()
                }
            }

            /// Another request than one about runs.
            func send<Reply: Decodable & Sendable>(_ path: String, _ order: DeadLetterOrder? = nil) async throws -> Reply {
                let client = client
                return try await onBlockingThread(named: "asking") { try client.send(.post, path, body: order) }
            }

            var queries: Int { world.emulator.recentRequests.count { $0.target.hasSuffix("/_api/cursor") } }

            func ask(_ method: Route.Method, _ verb: String = "", _ order: ResyncOrder? = nil) async throws -> ResyncReport {
                let client = client
                return try await onBlockingThread(named: "asking") {
                    try client.send(method, "/v1/resync/sync\(verb)", body: order, timeout: .seconds(60))
                }
            }

            /// Says that it is to end until all is settled.
            func end(_ order: ResyncOrder = ResyncOrder()) async throws -> ResyncReport {
                let ended = Box<ResyncReport?>(nil)
                try await eventually("the run is settled") {
                    do {
                        let report = try await ask(.post, "/end", order)
                        ended.update { $0 = report }
                        return true
                    } catch ClientError.refused(let refusal) where refusal.code == "outstanding" {
                        return false
                    }
                }
                return try #require(ended.value)
            }

            func done() async throws -> ResyncReport {
                let last = Box<ResyncReport?>(nil)
                try await eventually("the run is done") {
                    let report = try await ask(.get)
                    last.update { $0 = report }
                    return report.state == "done"
                }
                return try #require(last.value)
            }

            func sync(_ keys: some Sequence<Int>, version: Int) async throws {
                try await world.publish(keys.map { #"{"id":"\#($0)","version":\#(version)}"# }, to: "sync")
            }

            var marked: Set<String> { Set(world.documents.filter { $0.value.contains(#""invalidated":true"#) }.keys) }
        }

        @Test("Of 1,000 documents the 40 that are not published again are marked, and the next message revives one")
        func missing() async throws {
            let run = try await Run.make()
            try await run.serving {
                try await run.sync(1...1000, version: 1)
                try await eventually("all are there") { run.world.documents.count == 1000 }
                let begun = try await run.ask(.post, "/begin")
                #expect(begun.state == "running")
                // Half of them are newer, half come as they were.
                try await run.sync(1...480, version: 2)
                try await run.sync(481...960, version: 1)
                let ending = try await run.end()
                #expect(ending.counts?.scope == 1000 && ending.counts?.missing == 40 && ending.counts?.limit == 50)
                let report = try await run.done()
                #expect(report.removed == 40 && report.kept == 0)
                #expect(run.marked == Set((961...1000).map { "\($0)" }))
                #expect(run.world.documents["1000"]?.contains(#""invalidated_at":"20"#) == true)
                try await run.sync([1000], version: 2)
                try await eventually("it is valid again") { !run.marked.contains("1000") }
                #expect(run.marked.count == 39)
            }
            #expect(run.world.log.lines.contains { $0.message == "Resynchronisation done" && $0.facts["removed"] == "40" })
        }

        @Test(
            "What an update is about in the run is seen; documents of another source are not in the scope; what is marked already stays so")
        func scope() async throws {
            let run = try await Run.make(resync: "max_removed = 10")
            try await run.serving {
                try await run.sync(1...4, version: 1)
                try await run.world.publish([#"{"id":"other","version":1}"#], to: "updated")
                try await eventually("all are there") { run.world.documents.count == 5 }
                try await run.world.publish([#"{"id":"4","version":2}"#], to: "invalidated")
                try await eventually("one is marked") { run.marked == ["4"] }
                let marked = run.world.document("4")
                _ = try await run.ask(.post, "/begin")
                try await run.sync([1], version: 1)
                // An older state: it is stale, and its document is seen all the same.
                try await run.world.publish([#"{"id":"2","version":0}"#], to: "updated")
                try await eventually("both are settled") { try await run.world.depths().values.allSatisfy { $0 == 0 } }
                try await eventually("both are seen") { try await run.ask(.get).seen == 2 }
                #expect(try await run.end().counts?.scope == 3)
                _ = try await run.done()
                #expect(run.marked == ["3", "4"])
                #expect(run.world.document("4") == marked)
            }
        }

        @Test("More missing documents than max_removed: nothing is changed until somebody confirms")
        func brake() async throws {
            let run = try await Run.make(resync: "missing = \"remove\"")
            try await run.serving {
                try await run.sync(1...20, version: 1)
                try await eventually("all are there") { run.world.documents.count == 20 }
                _ = try await run.ask(.post, "/begin")
                try await run.sync(1...18, version: 2)
                let asking = try await run.end()
                #expect(asking.state == "asking" && asking.counts?.missing == 2 && asking.counts?.limit == 1)
                #expect(Set(asking.counts?.samples ?? []) == ["19", "20"])
                #expect(try await run.end().state == "asking")
                #expect(run.world.documents.count == 20)
                #expect(try await run.end(ResyncOrder(confirm: true)).state == "sweeping")
                #expect(try await run.done().removed == 2)
                #expect(run.world.documents.count == 18)
            }
            #expect(
                run.world.log.lines.contains { $0.message == "Resynchronisation asks: more documents are missing than max_removed allows" })
        }

        @Test("Messages that were parked in the run hold it, until they are replayed or dropped")
        func parked() async throws {
            let run = try await Run.make()
            try await run.serving {
                try await run.sync(1...3, version: 1)
                try await eventually("all are there") { run.world.documents.count == 3 }
                _ = try await run.ask(.post, "/begin")
                try await run.sync(1...2, version: 2)
                try await run.world.publish([#"{"id":"3","version":"none"}"#], to: "sync")
                try await eventually("it is parked") { try await run.world.depths()["sync.dead"] == 1 }
                let refusal = await refusal { _ = try await run.end() }
                #expect(refusal?.code == "parked")
                #expect(refusal?.message.contains("1 messages of this run were parked") == true)
                #expect(run.marked.isEmpty)
                let dropped: DeadLetterReport = try await run.send("/v1/dead-letters/sync/drop", DeadLetterOrder())
                #expect(dropped.done == 1)
                try await run.sync([3], version: 2)
                #expect(try await run.end().state == "done")
                #expect(run.marked.isEmpty)
            }
        }

        @Test("While messages of the run are outstanding it does not end; only one run is on at a time; a cancelled one changes nothing")
        func outstanding() async throws {
            let run = try await Run.make()
            try await run.serving {
                try await run.sync(1...2, version: 1)
                try await eventually("all are there") { run.world.documents.count == 2 }
                #expect(await refusal { _ = try await run.ask(.post, "/end") }?.code == "conflict")
                _ = try await run.ask(.post, "/begin")
                #expect(await refusal { _ = try await run.ask(.post, "/begin") }?.message.contains("is running already") == true)
                let paused: ProcessorChange = try await run.send("/v1/processors/sync/pause")
                #expect(paused.state == .paused)
                try await run.sync([1], version: 2)
                let refusal = await refusal { _ = try await run.ask(.post, "/end") }
                #expect(refusal?.code == "outstanding")
                #expect(try await run.ask(.get).outstanding?.ready == 1)
                #expect(try await run.ask(.post, "/cancel").state == "cancelled")
                #expect(run.marked.isEmpty)
                let resumed: ProcessorChange = try await run.send("/v1/processors/sync/resume")
                #expect(resumed.changed)
            }
        }

        @Test("Another consumer of the queue keeps the run from its end: what it holds cannot be seen")
        func otherInstance() async throws {
            let run = try await Run.make()
            try await run.serving {
                _ = try await run.ask(.post, "/begin")
                let queue = try #require(run.world.settings.processors.first { $0.name == "sync" }).queue
                let subscription = Subscription(processor: 0, queue: queue, prefetch: 1)
                let other = Consumer(settings: run.world.settings.rabbitmq, subscriptions: [subscription], onEvent: { _ in })
                async let consuming: Void = other.run()
                try await eventually("it consumes") { try await run.ask(.get).outstanding?.consumers == 2 }
                let refusal = await refusal { _ = try await run.ask(.post, "/end") }
                #expect(refusal?.message.contains("has 1 consumers besides this instance") == true)
                await other.close()
                _ = await consuming
                #expect(try await run.end().state == "done")
            }
        }

        @Test("A write that got no answer is found stored when it is read back: its document is seen, whoever has stored it, and when")
        func readBack() async throws {
            let run = try await Run.make()
            try await run.serving {
                try await run.sync(1...1, version: 1)
                try await eventually("it is there") { run.world.documents.count == 1 }
                _ = try await run.ask(.post, "/begin")
                // The same version again changes nothing, and nobody is told so.
                run.world.emulator.inject(InjectedFault(.loseReply, method: "POST", path: "/_api/document/companies", times: 1))
                try await run.sync(1...1, version: 1)
                try await eventually("it was read back") {
                    run.world.log.messages.contains("No answer to a write, finding out what became of it")
                }
                #expect(try await run.end().state == "done")
                #expect(run.marked.isEmpty)
            }
        }

        @Test("While the runs cannot be read nothing is written to their collection, and nothing is parked for that")
        func unreadable() async throws {
            let run = try await Run.make()
            try await run.serving {
                let fault = InjectedFault(.answer(status: 503, errorNum: 503, message: "starting"), path: "/_api/document/warren_runs")
                run.world.emulator.inject(fault)
                // What was read before is good for three seconds.
                try await Task.sleep(for: .seconds(4))
                try await run.sync(1...1, version: 1)
                try await eventually("it is an outage") {
                    run.world.log.messages.contains("ArangoDB is away, holding writes until it is back")
                }
                #expect(run.world.documents.isEmpty)
                run.world.emulator.replaceFaults(with: [])
                try await eventually("it is written") { run.world.documents.count == 1 }
                #expect(try await run.world.depths()["sync.dead"] == 0)
            }
        }

        @Test("While a run is on, a reload that would change what it means is refused") func reload() async throws {
            let run = try await Run.make()
            let changed = Box(false)
            let settings = run.world.settings
            try await run.world.serving(
                reading: { () throws(SettingsErrors) in
                    var new = settings
                    if changed.value { new.processors[2].resync = nil } else { new.processors[2].retry = RetrySettings() }
                    return new
                }, control: run.context
            ) { daemon in
                try await eventually("the socket listens") { (try? await run.ask(.get)) != nil }
                _ = try await run.ask(.post, "/begin")
                await daemon.reload()
                #expect(run.world.log.messages.contains("Configuration reloaded"), "another change is none of its business")
                changed.update { $0 = true }
                await daemon.reload()
                #expect(run.world.log.lines.contains { "\($0.facts["error"] ?? "")".contains("a resynchronisation of sync is on") })
                #expect(try await run.ask(.post, "/cancel").state == "cancelled")
            }
        }

        @Test("A document that is written while it is about to go stays")
        func writtenMeanwhile() async throws {
            let run = try await Run.make(resync: "max_removed = \"100%\"")
            try await run.serving {
                try await run.sync(1...3, version: 1)
                try await eventually("all are there") { run.world.documents.count == 3 }
                _ = try await run.ask(.post, "/begin")
                // What is missing is told late: between the look and the mark there is time for a message.
                run.world.emulator.inject(InjectedFault(.delay(.milliseconds(500)), path: "/_api/cursor"))
                let before = run.queries
                #expect(try await run.end().state == "sweeping")
                try await eventually("the sweep has looked") { run.queries == before + 4 }
                try await run.sync([2], version: 2)
                try await eventually("it is written") { run.world.documents["2"]?.contains(#""version":2"#) == true }
                #expect(run.marked.isEmpty, "nothing was marked before")
                run.world.emulator.replaceFaults(with: [])
                #expect(try await run.done().kept == 1)
                #expect(run.marked == ["1", "3"])
            }
        }
    }
}

extension WholeService {
    @Suite("Full resynchronisation through a crash") struct ResynchronisationThroughACrash {
        @Test("Killed with SIGKILL in the middle of a sweep, the next process goes on with it, and nothing but what is missing goes")
        func killed() async throws {
            let directory = FileManager.default.temporaryDirectory.appending(path: "warren-\(UUID().uuidString.prefix(8))").path
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let world = try await World.make(
                extra: ["sync": "[processor.resync]\nmissing = \"remove\"\nmax_removed = \"100%\""], timeout: "300ms")
            try world.text.write(toFile: "\(directory)/warren.toml", atomically: true, encoding: .utf8)
            let client = ControlClient(socket: "\(directory)/control.sock", group: nil)
            func start() throws -> ChildProcess {
                try ChildProcess(
                    LedgerOptions([:]).binary, ["run", "--config", "\(directory)/warren.toml"],
                    environment: ["STATE_DIRECTORY": directory, "WARREN_CONTROL_SOCKET": client.socket], output: "\(directory)/warren.log")
            }
            func ask(_ method: Route.Method, _ verb: String = "") async throws -> ResyncReport {
                try await onBlockingThread(named: "asking") { try client.send(method, "/v1/resync/sync\(verb)", timeout: .seconds(60)) }
            }
            func sync(_ keys: ClosedRange<Int>) async throws {
                try await world.publish(keys.map { #"{"id":"\#($0)","version":1}"# }, to: "sync")
            }

            var daemon = try start()
            defer { daemon.send(SIGKILL) }
            try await sync(1...1500)
            try await eventually("all are there") { world.documents.count == 1500 }
            #expect(try await ask(.post, "/begin").state == "running")
            try await sync(1...300)
            // Pages are of 500: the first goes, though nobody is told so, and no other does.
            let documents = "/_api/document/companies"
            world.emulator.inject(InjectedFault(.loseReply, method: "DELETE", path: documents, times: 1))
            world.emulator.inject(InjectedFault(.stall, method: "DELETE", path: documents))
            try await eventually("the run is settled") { (try? await ask(.post, "/end"))?.state == "sweeping" }
            try await eventually("some are gone") { world.documents.count == 1000 }
            daemon.send(SIGKILL)
            #expect(try await daemon.end(within: 10) == .signalled(SIGKILL))
            #expect(world.documents.count == 1000, "it was in the middle")
            world.emulator.replaceFaults(with: [])
            daemon = try start()
            // Written by the next process before it has read anything else: it is seen.
            try await sync(1500...1500)
            try await eventually("the run is done", seconds: 60) { (try? await ask(.get))?.state == "done" }
            #expect(world.documents.keys.filter { (Int($0) ?? 0) <= 300 }.count == 300, "what was seen is there")
            #expect(Set(world.documents.keys).subtracting((1...300).map { "\($0)" }).isSubset(of: ["1500"]))
            daemon.send(SIGTERM)
            #expect(try await daemon.end(within: 30) == .exited(0))
        }

        @Test("A database that is away in the middle of a sweep delays it, and a run that began is on after a restart")
        func databaseAway() async throws {
            let world = try await World.make(extra: ["sync": "[processor.resync]\nmax_removed = \"100%\""], timeout: "300ms")
            let socket = "/tmp/warren-resync-\(getpid())-\(UInt32.random(in: .min ... .max)).sock"
            let client = ControlClient(socket: socket, group: nil)
            let context = ControlContext(version: "test", threshold: LogThreshold(.trace), environment: [:])
            func ask(_ method: Route.Method, _ verb: String = "") async throws -> ResyncReport {
                try await onBlockingThread(named: "asking") { try client.send(method, "/v1/resync/sync\(verb)", timeout: .seconds(60)) }
            }
            try await world.with(socket: socket).serving(control: context) {
                try await world.publish((1...9).map { #"{"id":"\#($0)","version":1}"# }, to: "sync")
                try await eventually("all are there") { world.documents.count == 9 }
                #expect(try await ask(.post, "/begin").state == "running")
            }
            try await world.with(socket: socket).serving(control: context) {
                try await world.publish([#"{"id":"1","version":1}"#], to: "sync")
                world.emulator.inject(InjectedFault(.answer(status: 503, errorNum: 503, message: "starting"), method: "PATCH", times: 3))
                try await eventually("the run ends") { ["sweeping", "done"].contains((try? await ask(.post, "/end"))?.state) }
                try await eventually("it is done") { try await ask(.get).state == "done" }
            }
            #expect(world.documents.filter { $0.value.contains(#""invalidated":true"#) }.keys.sorted() == (2...9).map { "\($0)" })
        }
    }
}

/// What a request is refused with; nil: it was not.
private func refusal(_ body: () async throws -> Void) async -> ControlError? {
    do {
        try await body()
        return nil
    } catch ClientError.refused(let refusal) {
        return refusal
    } catch {
        Issue.record("\(error)")
        return nil
    }
}
