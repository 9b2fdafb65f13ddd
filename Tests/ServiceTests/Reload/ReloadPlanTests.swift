import Settings
import Testing

@testable import Service

@Suite("What a reload calls for") struct ReloadPlanTests {
    private var settings: Settings {
        var settings = Settings()
        settings.processors = ["a", "b"].map(processor)
        return settings
    }

    private func processor(_ name: String) -> ProcessorSettings {
        ProcessorSettings(name: name, queue: name, operation: .update, collection: "c", key: JSONPointer())
    }

    private func plan(_ change: (inout Settings) -> Void) -> ReloadPlan {
        var new = settings
        change(&new)
        return ReloadPlan(from: settings, to: new)
    }

    @Test("Nothing changed: nothing to do")
    func nothing() {
        let plan = plan { _ in }
        #expect(plan.isEmpty && plan.unchanged == ["a", "b"] && plan.restarted.isEmpty && !plan.needsNewEngine)
    }

    @Test("A processor's own key restarts that one alone")
    func oneProcessor() {
        let plan = plan { $0.processors[1].collection = "other" }
        #expect(plan.restarted == ["b"] && plan.unchanged == ["a"] && !plan.needsNewEngine)
    }

    @Test("Added and removed processors leave the others alone")
    func comingAndGoing() {
        let plan = plan {
            $0.processors.removeFirst()
            $0.processors.append(processor("c"))
        }
        #expect(plan.change.added == ["c"] && plan.change.removed == ["a"] && plan.unchanged == ["b"] && plan.restarted.isEmpty)
    }

    @Test("What a section says restarts those processors that take it from there")
    func inherited() {
        let prefetch = ReloadPlan(
            from: with { $0.processors[0].prefetch = 10 },
            to: with {
                $0.processors[0].prefetch = 10
                $0.rabbitmq.prefetch = 7
            })
        #expect(prefetch.restarted == ["b"] && prefetch.unchanged == ["a"])
        #expect(plan { $0.verify = .always }.restarted == ["a", "b"])
    }

    @Test("Retries, bounds, parking, logging and the time for draining change under way, for everybody")
    func underWay() {
        let plan = plan {
            $0.retry.attempts = 2
            $0.batch.documents = 3
            $0.rabbitmq.holdBytes = 1 << 20
            $0.rabbitmq.maxMessageBytes = 1 << 20
            $0.rabbitmq.declare = true
            $0.deadLetter.suffix = ".x"
            $0.log.level = .debug
            $0.service.drain = .seconds(1)
        }
        #expect(plan.change.keys.count == 8)
        #expect(plan.unchanged == ["a", "b"] && plan.restarted.isEmpty && !plan.needsNewEngine && plan.needsRestart.isEmpty)
    }

    @Test("How a server is reached needs new connections; the server that it is about is asked before")
    func connections() {
        let broker = plan { $0.rabbitmq.password = Secret("new") }
        #expect(broker.needsNewEngine && broker.needsNewBroker && !broker.needsNewDatabase)
        let database = plan { $0.arangodb.connections = 9 }
        #expect(database.needsNewEngine && !database.needsNewBroker && database.needsNewDatabase)
        let renewed = ReloadPlan(from: settings, to: settings, renewedFiles: ["rabbitmq.tls.certificate"])
        #expect(renewed.needsNewBroker && !renewed.needsNewDatabase && !renewed.isEmpty)
    }

    @Test("The control socket and the form of the log wait for a restart, which is told")
    func fixed() {
        let plan = plan {
            $0.control.socket = "/tmp/x"
            $0.log.format = .json
        }
        #expect(plan.needsRestart == ["control.socket", "log.format"] && !plan.needsNewEngine)
    }

    private func with(_ change: (inout Settings) -> Void) -> Settings {
        var new = settings
        change(&new)
        return new
    }
}
