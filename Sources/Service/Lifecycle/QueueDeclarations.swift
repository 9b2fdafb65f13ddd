public import Broker
internal import Logging
public import Settings

/// The queues that the processors need, with their dead-letter queues: for `warren provision`, and at start with `declare = true`.
public struct QueueDeclarations: Sendable {
    private let settings: Settings

    /// Between two tries while RabbitMQ is away.
    private static let interval: Duration = .seconds(2)

    /// Declarations for the processors of `settings`.
    public init(settings: Settings) { self.settings = settings }

    /// Durable queues, of the type that was asked for or the broker's default. A queue that exists with other properties is left alone. Those of
    /// ``partitionings`` are not among them, but their dead-letter queues.
    public var queues: [QueueDeclaration] {
        settings.processors.flatMap { processor in
            let names =
                (processor.partitions == nil ? [processor.queue] : [])
                + (settings.deadLetter.enabled ? [processor.queue + settings.deadLetter.suffix] : [])
            let arguments = processor.queueType.map { [(name: "x-queue-type", value: HeaderValue.string($0.rawValue))] } ?? []
            return names.map { name in
                var queue = QueueDeclaration(name: name, arguments: arguments)
                // Publishers use a source too, and may declare it themselves; only Warren uses a dead-letter queue.
                queue.outlastsReturns = name != processor.queue
                return queue
            }
        }
    }

    /// The queues that are dealt out to partitions.
    public var partitionings: [Partitioning] { settings.processors.compactMap { Partitioning($0, settings: settings.rabbitmq) } }

    /// Declares all, trying again while RabbitMQ is away.
    func makeUntilDone(logger: Logger) async {
        while !Task.isCancelled {
            do throws(BrokerError) {
                for (queue, declaration) in zip(queues, try await Topology.declare(queues, settings: settings.rabbitmq)) {
                    switch declaration {
                    case .created: logger.log(.notice, "Queue created", [.queue: queue.name])
                    case .present: break
                    case .differs(_, let differences):
                        logger.log(
                            .notice, "Queue exists with other properties; it was left unchanged",
                            [.queue: queue.name, .result: differences.summary])
                    case .refused(let error):
                        logger.log(.warning, "Queue cannot be declared or compared", [.queue: queue.name, .error: error])
                    }
                }
                if await makePartitions(logger) { return }
            } catch {
                logger.log(.warning, "Cannot declare queues yet; trying again", [.error: error, .delay: Self.interval])
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Returns false if it must be tried again. More partitions than there are take `warren provision`: while their number changes nothing may be
    /// consumed.
    private func makePartitions(_ logger: Logger) async -> Bool {
        for partitioning in partitionings {
            do throws(Partitioning.Failure) {
                guard try await partitioning.isMissing else { continue }
                try await partitioning.provide { logger.log(.notice, "Partitions", [.result: $0]) }
            } catch {
                logger.log(.warning, "Cannot declare partitions", [.error: error, .delay: Self.interval])
                if case .broker(let fault) = error, fault.advice == .retry { return false }
            }
        }
        return true
    }
}
