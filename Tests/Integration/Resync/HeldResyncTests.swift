import ArangoEmulator
import Broker
import ControlMessages
import Logging
import Messages
import Service
import Settings
import TestDatabase
import Testing
import Waiting

extension WholeService.Resynchronisation {
    @Test("Messages that were parked in the run hold it, until they are replayed or dropped")
    func parked() async throws {
        let run = try await ResyncWorld.make()
        try await run.serving {
            try await run.sync(1...3, version: 1)
            try await eventually("all are there") { run.world.documentCount == 3 }
            _ = try await run.ask(.post, "/begin")
            try await run.sync(1...2, version: 2)
            try await run.world.publish([#"{"id":"3","version":"none"}"#], to: "sync")
            try await eventually("it is parked") { try await run.world.depths()["sync.dead"] == 1 }
            let refusal = await refusal { _ = try await run.end() }
            #expect(refusal?.code == "parked")
            #expect(refusal?.message.contains("1 messages of this run were parked") == true)
            #expect(run.marked.isEmpty)
            let dropped: DeadLetterReport = try await run.send("/v1/dead-letters/sync/drop", DeadLetterOrder(all: true))
            #expect(dropped.done == 1)
            try await run.sync([3], version: 2)
            #expect(try await run.end().state == "done")
            #expect(run.marked.isEmpty)
        }
    }

    @Test(
        "A message that waits for another processor of the collection, which is paused, holds the run like a parked one, unless it is forced"
    )
    func waitingElsewhere() async throws {
        let run = try await ResyncWorld.make()
        try await run.serving {
            try await run.sync(1...3, version: 1)
            try await eventually("all are there") { run.world.documentCount == 3 }
            let paused: ProcessorChange = try await run.send("/v1/processors/updated/pause")
            #expect(paused.state == .paused)
            _ = try await run.ask(.post, "/begin")
            try await run.sync(1...2, version: 2)
            try await run.world.publish([#"{"id":"3","version":2,"name":"only of the update"}"#], to: "updated")
            try await eventually("it waits") { try await run.world.depths()["updated"] == 1 }
            let refusal = await refusal { _ = try await run.end() }
            #expect(refusal?.code == "parked")
            #expect(refusal?.message.contains("messages that wait for updated may be about documents") == true)
            #expect(refusal?.message.contains("`warren resume updated`, or end the run with --force") == true)
            #expect(run.marked.isEmpty)
            let resumed: ProcessorChange = try await run.send("/v1/processors/updated/resume")
            #expect(resumed.changed)
            // Those that are consumed are waited for.
            #expect(try await run.end(ResyncOrder(confirm: true)).state != "cancelled")
            #expect(try await run.done().removed == 0)
            #expect(run.marked.isEmpty, "it was seen by its update")
        }
    }

    @Test("Forced, a run does not look at what waits elsewhere") func waitingAndForced() async throws {
        let run = try await ResyncWorld.make(resync: "max_removed = \"100%\"")
        try await run.serving {
            try await run.sync(1...2, version: 1)
            try await eventually("all are there") { run.world.documentCount == 2 }
            let paused: ProcessorChange = try await run.send("/v1/processors/updated/pause")
            #expect(paused.changed)
            _ = try await run.ask(.post, "/begin")
            try await run.sync(1...1, version: 2)
            try await run.world.publish([#"{"id":"2","version":2}"#], to: "updated")
            try await eventually("it waits") { try await run.world.depths()["updated"] == 1 }
            _ = try await run.end(ResyncOrder(force: true))
            #expect(try await run.done().removed == 1)
            #expect(run.marked == ["2"])
        }
    }

    @Test("While messages of the run are outstanding it does not end; only one run is on at a time; a cancelled one changes nothing")
    func outstanding() async throws {
        let run = try await ResyncWorld.make()
        try await run.serving {
            try await run.sync(1...2, version: 1)
            try await eventually("all are there") { run.world.documentCount == 2 }
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
        let run = try await ResyncWorld.make()
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

    @Test("While the runs cannot be read nothing is written to their collection, and nothing is parked for that")
    func unreadable() async throws {
        let run = try await ResyncWorld.make()
        try await run.serving {
            let fault = InjectedFault(.answer(status: 503, errorNum: 503, message: "starting"), path: "/_api/document/warren_runs")
            run.world.database.inject(fault)
            // What was read before is good for three seconds.
            try await Task.sleep(for: .seconds(4))
            try await run.sync(1...1, version: 1)
            try await eventually("it is an outage") {
                run.world.log.messages.contains("ArangoDB is unavailable; holding writes until it answers")
            }
            #expect(run.world.documents.isEmpty)
            run.world.database.replaceFaults(with: [])
            try await eventually("it is written") { run.world.documentCount == 1 }
            #expect(try await run.world.depths()["sync.dead"] == 0)
        }
    }

    @Test("While a run is on, a reload that would change what it means is refused") func reload() async throws {
        let run = try await ResyncWorld.make()
        let changed = Box(false)
        let settings = run.world.settings
        try await run.world.serving(
            reading: { () throws(SettingsErrors) in
                var new = settings
                if changed.value { new.processors[2].resync = nil } else { new.processors[2].retry = RetrySettings() }
                return new
            }, control: run.context
        ) { daemon in
            try await run.listening()
            _ = try await run.ask(.post, "/begin")
            await daemon.reload()
            #expect(run.world.log.messages.contains("Configuration reloaded"), "another change is none of its business")
            changed.update { $0 = true }
            await daemon.reload()
            #expect(run.world.log.lines.contains { "\($0.facts["error"] ?? "")".contains("a resynchronisation of sync is on") })
            #expect(try await run.ask(.post, "/cancel").state == "cancelled")
        }
    }
}
