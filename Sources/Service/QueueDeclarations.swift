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

    /// Durable queues with the broker's defaults. A queue that exists with other properties is left alone.
    public var queues: [QueueDeclaration] {
        settings.processors.flatMap { processor in
            [processor.queue] + (settings.deadLetter.enabled ? [processor.queue + settings.deadLetter.suffix] : [])
        }.map { QueueDeclaration(name: $0) }
    }

    /// Declares all, trying again while RabbitMQ is away.
    func makeUntilDone(logger: Logger) async {
        while !Task.isCancelled {
            do throws(BrokerError) {
                for (queue, declaration) in zip(queues, try await Topology.declare(queues, settings: settings.rabbitmq)) {
                    switch declaration {
                    case .created: logger.log(.notice, "Queue created", [.queue: queue.name])
                    case .present: break
                    case .refused(let error):
                        logger.log(.warning, "Queue exists with other properties, left as it is", [.queue: queue.name, .error: error])
                    }
                }
                return
            } catch {
                logger.log(.warning, "Cannot declare queues yet, trying again", [.error: error, .delay: Self.interval])
                try? await Task.sleep(for: Self.interval)
            }
        }
    }
}
