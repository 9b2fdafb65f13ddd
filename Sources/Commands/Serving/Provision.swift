import ArgumentParser
import Broker
import ControlMessages
import Messages
import Service
import Settings
import Store

/// `warren provision`
struct Provision: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Creates what the configuration needs: queues, dead-letter queues, partitions, database, collections, indexes.",
        discussion: """
            Warren leaves alone what exists already, so the command can be repeated. It reports how an existing queue differs from the configuration; \
            that is not an error.

            Dead-letter queues that are quorum queues get the argument x-delivery-limit = 1000000: RabbitMQ 4 would drop a letter that comes back \
            more than 20 times. Other queues belong to their owners: the command only says how to keep such messages there.

            A processor with partitions = N gets the queues <queue>.0 … <queue>.N-1, each with a single active consumer, behind the exchange \
            <queue>.partitions. Bind the publishers' exchanges to it. The command moves what is in <queue> itself into the partitions.

            To raise N, change the configuration or give --partitions, and run this command while Warren runs. New messages wait in <queue> until the \
            existing partitions are empty; then the command deals them out among all partitions. Reload Warren afterwards, so that it consumes the new \
            ones.

            Examples:
              warren provision
              warren provision --partitions 12 --processor company-updated
            """)

    @OptionGroup var configuration: ConfigurationOption
    @Option(help: "The number of partitions, instead of what the configuration says.")
    var partitions: Int?
    @Option(help: "With --partitions: only this processor. It can be repeated; without it, all processors are meant.")
    var processor: [String] = []
    @Flag(help: "Print each step as a JSON object on a line.")
    var json = false

    func validate() throws {
        if let partitions, !(1...512).contains(partitions) { throw ValidationError("--partitions must be from 1 to 512.") }
        guard partitions != nil || processor.isEmpty else { throw ValidationError("--processor needs --partitions.") }
    }

    func run() async throws {
        let unit = configuration.unitEnvironment()
        unit?.warnings.forEach { complain("warning: \($0)") }
        let settings = try overridden(try configuration.load(of: unit))
        for name in settings.disabled { tell("processor \(name): switched off (enabled = false); nothing is created for it") }
        // Both are tried, so that one call reports every mistake.
        let queues = await provideQueues(settings)
        let partitions = await providePartitions(settings)
        if queues == nil, partitions == nil { await offerLimits(settings) }
        let database = await provideCollections(settings)
        if let failure = queues ?? partitions ?? database { throw failure }
    }

    private func overridden(_ loaded: Settings) throws -> Settings {
        guard let partitions else { return loaded }
        var settings = loaded
        let known = settings.processors.map(\.name)
        if let disabled = processor.first(where: loaded.disabled.contains) {
            throw ValidationError("Processor \(disabled) is switched off (enabled = false).")
        }
        if let unknown = processor.first(where: { !known.contains($0) }) {
            throw ValidationError("No processor is named \(unknown). Known processors: \(known.joined(separator: ", ")).")
        }
        for index in settings.processors.indices where processor.isEmpty || processor.contains(known[index]) {
            if settings.processors[index].partitions != partitions {
                tell("processor \(known[index]): set partitions = \(partitions) in the configuration, and reload Warren")
            }
            settings.processors[index].partitions = partitions
        }
        return settings
    }

    private func provideQueues(_ settings: Settings) async -> ExitCode? {
        let queues = QueueDeclarations(settings: settings).queues
        do throws(BrokerError) {
            var failure: ExitCode?
            for (queue, declaration) in zip(queues, try await Topology.declare(queues, settings: settings.rabbitmq)) {
                switch declaration {
                case .created: tell("queue \(queue.name): created")
                case .present: tell("queue \(queue.name): exists")
                case .differs(_, let differences):
                    tell("queue \(queue.name): exists, and is left as it is: \(differences.summary)")
                case .refused(let error):
                    fail("\(error)")
                    failure = failure ?? ExitCode(error)
                }
            }
            return failure
        } catch {
            fail("\(error)")
            return ExitCode(error)
        }
    }

    /// Sources belong to those who publish to them too: what would keep their messages is said, not done.
    private func offerLimits(_ settings: Settings) async {
        for finding in await Doctor(settings: settings).deliveryLimits() where finding.severity == .warning || finding.severity == .error {
            tell(TerminalText.escaped("\(finding.subject): \(finding.text)"))
            if let advice = finding.advice { tell("  → \(advice)") }
        }
    }

    private func providePartitions(_ settings: Settings) async -> ExitCode? {
        var failure: ExitCode?
        for partitioning in QueueDeclarations(settings: settings).partitionings {
            do throws(Partitioning.Failure) {
                try await partitioning.provide { tell("\($0)") }
                tell(
                    "bind the exchange that fed \(partitioning.names.queue) to the exchange \(partitioning.names.entry), then unbind the queue;"
                )
                tell("  until then Warren moves messages from the queue into the partitions")
            } catch {
                fail("\(error)")
                failure = failure ?? ExitCode(error)
            }
        }
        return failure
    }

    private func provideCollections(_ settings: Settings) async -> ExitCode? {
        guard let store = openStore(settings) else { return .configuration }
        let result = await store.provision(ProvisionPlan(processors: settings.processors, graph: settings.graph.name))
        await store.close()
        switch result {
        case .success(let steps):
            steps.forEach { tell("\($0)") }
            return nil
        case .failure(let failure):
            fail("ArangoDB: \(failure.fault)")
            return ExitCode(failure)
        }
    }

    /// A step.
    private struct Step: Encodable {
        let text: String
        let failed: Bool
    }

    private func tell(_ text: String) { json ? write(Step(text: text, failed: false)) : show(text) }

    /// A step that did not succeed: for people on standard error.
    private func fail(_ text: String) { json ? write(Step(text: text, failed: true)) : complain(text) }

    private func write(_ step: Step) {
        // Two members that cannot fail to be encoded.
        if let line = try? ControlJSON.encode(step) { showJSON(line) }
    }
}

extension ExitCode {
    /// Partitions that cannot be had.
    fileprivate init(_ failure: Partitioning.Failure) {
        switch failure {
        case .broker(let error), .move(.broker(let error)): self.init(error)
        case .shrinking, .notProvided: self = .configuration
        case .move(.publication), .busy, .notEmptied, .tooFast: self = .unavailable
        }
    }
}
