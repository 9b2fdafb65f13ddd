internal import Broker
internal import Logging
internal import Messages
internal import Pipeline
internal import Settings

/// Turns what the broker and the pipeline report into log lines. No other type words them.
///
/// A repeated fault is logged when it begins and when it ends (for the database the pipeline sees to that); retries and parked messages are logged
/// with their documents, as many as ``MessageLines`` lets through.
struct EventLogger: Sendable {
    private let logger: Logger
    private let processors: SubscriptionRegistry
    private let faults = RepeatedFaultFilter()
    private let lines: MessageLines

    init(logger: Logger, processors: SubscriptionRegistry) {
        lines = MessageLines(logger: logger)
        self.logger = logger
        self.processors = processors
    }

    /// Logs an event of the broker connection.
    func tell(_ event: ConsumerEvent) {
        switch event {
        case .connected(let endpoint, _, let isNamedBySubject):
            faults.end(of: nil)
            logger.log(.notice, "Connected to RabbitMQ", [.endpoint: endpoint])
            guard isNamedBySubject else { return }
            logger.log(
                .warning,
                "RabbitMQ's certificate has its name in the CN only, which newer TLS libraries refuse; renew it with a subjectAltName",
                [.endpoint: endpoint])
        case .subscribed(let processor, _):
            faults.end(of: processor)
            logger.log(.notice, "Consuming", [.processor: processors[processor].name, .queue: processors.queue(of: processor)])
        case .resumed(let processor, _):
            logger.log(.notice, "Consuming again", [.processor: processors[processor].name, .queue: processors.queue(of: processor)])
        case .deliveries(let processor, _, let deliveries):
            logger.log(.trace, "Deliveries", [.processor: processors[processor].name, .received: deliveries.count])
        case .unsubscribed(let processor, _, nil):
            logger.log(.info, "Consumer cancelled", [.processor: processors[processor].name, .queue: processors.queue(of: processor)])
        case .unsubscribed(let processor, _, let error?):
            logger.log(
                .warning, "Consumer lost; subscribing again",
                [.processor: processors[processor].name, .queue: processors.queue(of: processor), .error: error])
        case .waiting(let error, let delay):
            logger.log(
                faults.begins(error, of: nil) ? .warning : .debug, "RabbitMQ is unreachable; trying again", [.error: error, .delay: delay])
        case .depth(let processor, let depth):
            logger.log(.trace, "Queue", [.processor: processors[processor].name, .ready: depth.messages])
        case .letters(let processor, let ready):
            logger.log(.trace, "Dead letters", [.processor: processors[processor].name, .ready: ready])
        case .unproven(let processor, let ready):
            // One partition of several is another instance's, and that is as it should be.
            logger.log(
                processors[processor].partitions == nil ? .warning : .debug,
                "Messages are ready, but RabbitMQ delivers none; another consumer may be exclusive",
                [.processor: processors[processor].name, .queue: processors.queue(of: processor), .ready: ready])
        case .subscribeFailed(let processor, let error, let delay):
            logger.log(
                faults.begins(error, of: processor) ? .error : .debug, "Cannot consume; trying again",
                [.processor: processors[processor].name, .queue: processors.queue(of: processor), .error: error, .delay: delay])
        }
    }

    /// Logs an event of the pipeline.
    func tell(_ note: PipelineEvent) {
        switch note {
        case .retrying(let write, let attempt, let attempts, let delay, let fault):
            guard lines.admits(.retry, of: processors[write.processor].name) else { return }
            logger.log(
                .warning, "Write failed; trying again",
                [
                    .processor: processors[write.processor].name, .collection: write.target.collection, .documentKey: write.key,
                    .attempt: "\(attempt)/\(attempts)", .delay: delay, .error: fault,
                ])
        case .refused(let processor, let delivery, let key, let refusal, let attempts):
            guard lines.admits(.parking, of: processors[processor].name, reason: refusal.reason.rawValue) else { return }
            logger.log(
                .warning, "Message cannot be written; parking it",
                [
                    .processor: processors[processor].name, .queue: processors.queue(of: processor), .deliveryTag: delivery.tag,
                    .messageID: delivery.messageIDText ?? "", .documentKey: key.map { "\($0)" } ?? "",
                    .reason: refusal.reason.rawValue, .error: refusal.detail, .attempt: attempts,
                ])
        case .parkingFailed(let processor, let text, let delay):
            logger.log(
                .error, "Parking failed; the message stays in its queue. Trying again",
                [.processor: processors[processor].name, .queue: processors.queue(of: processor), .error: text, .delay: delay])
        case .setAside(let processor, let delivery, let text):
            logger.log(
                .error,
                "Message can neither be written nor parked; it stays unacknowledged, and RabbitMQ redelivers it after a restart",
                [
                    .processor: processors[processor].name, .queue: processors.queue(of: processor), .deliveryTag: delivery.tag,
                    .error: text,
                ])
        case .rejectedInCircle(let processor, let delivery, let refusal, let turns, let delay, let isNew):
            logger.log(
                isNew ? .error : .debug,
                "A rejected message comes back because the queue's dead-letter exchange routes to the same queue; rejecting more slowly",
                [
                    .processor: processors[processor].name, .queue: processors.queue(of: processor), .deliveryTag: delivery.tag,
                    .reason: refusal.reason.rawValue, .error: refusal.detail, .attempt: turns, .delay: delay,
                ])
        case .emitFailing(let processor, let text, let delay, let isNew):
            logger.log(
                isNew ? .error : .debug, "Cannot publish onward messages; deliveries stay unacknowledged. Trying again",
                [.processor: processors[processor].name, .queue: processors.queue(of: processor), .error: text, .delay: delay])
        case .emitBack(let processor, let duration):
            logger.log(
                .notice, "Onward messages are published again",
                [.processor: processors[processor].name, .afterSeconds: duration.components.seconds])
        case .databaseLost(let fault):
            // Credentials do not heal by themselves.
            let level: Logger.Level = fault.status == 401 || fault.status == 403 ? .critical : .error
            logger.log(level, "ArangoDB is unavailable; holding writes until it answers", [.error: DatabaseRemedy.explained(fault)])
        case .targetLost(let target, let fault):
            logger.log(
                .critical, "ArangoDB refuses writes to this collection; holding them until an administrator has acted",
                [.collection: target.collection, .error: fault])
        case .targetBack(let target, let duration):
            logger.log(
                .notice, "ArangoDB accepts writes to this collection again",
                [.collection: target.collection, .afterSeconds: duration.components.seconds])
        case .turnedAway(let write, let fault):
            logger.log(
                .warning, "ArangoDB cannot accept this document now; trying again until it can",
                [
                    .processor: processors[write.processor].name, .collection: write.target.collection, .documentKey: write.key,
                    .error: fault,
                ])
        case .databaseBack(let duration):
            logger.log(.notice, "ArangoDB answers again", [.afterSeconds: duration.components.seconds])
        case .returning(let processor, let held, let duration, let text):
            logger.log(
                .warning,
                "Deliveries could not be settled for a long time; returning them to RabbitMQ and pausing the queue until they can be",
                [
                    .processor: processors[processor].name, .queue: processors.queue(of: processor), .returned: held, .reason: text,
                    .afterSeconds: duration.components.seconds,
                ])
        case .keeping(let processor, let held, let text):
            logger.log(
                .warning,
                "Deliveries could not be settled for a long time, and RabbitMQ may drop some of them if they are returned; keeping them and accepting no more",
                [
                    .processor: processors[processor].name, .queue: processors.queue(of: processor), .messages: held, .reason: text,
                ])
        case .notReady(let processor, let text, let delay, let isNew):
            logger.log(
                isNew ? .error : .debug, "Not consuming until deliveries can be settled; checking again",
                [.processor: processors[processor].name, .queue: processors.queue(of: processor), .error: text, .delay: delay])
        case .nearLimit(let processor, let returns, let limit):
            logger.log(
                .warning,
                "A message was returned to its queue almost as often as a delivery limit allows; beyond the limit RabbitMQ drops it",
                [
                    .processor: processors[processor].name, .queue: processors.queue(of: processor), .returned: returns, .limit: limit,
                ])
        case .outcomeUnknown(let documents, let fault):
            logger.log(.warning, "No answer to a write; reading back whether it was done", [.documents: documents, .error: fault])
        case .requestRejected(let documents, let fault):
            logger.log(
                .warning, "Request rejected as a whole; splitting it to find the rejected message", [.documents: documents, .error: fault])
        case .fellApart(let write, let messages, let fault):
            logger.log(
                .info, "A write for several messages failed; writing each message by itself",
                [
                    .processor: processors[write.processor].name, .collection: write.target.collection, .documentKey: write.key,
                    .messages: messages, .error: fault,
                ])
        case .holding(true, let bytes):
            logger.log(.notice, "Reading from RabbitMQ paused: as many bytes are held as [rabbitmq] hold allows", [.heldBytes: bytes])
        case .holding(false, let bytes):
            logger.log(.notice, "Reading from RabbitMQ resumed", [.heldBytes: bytes])
        }
    }
}

extension Delivery {
    /// Its `message-id` property, as far as a line has room for it; `nil` if it has none.
    fileprivate var messageIDText: String? { messageIDPlace.map { String(decoding: bytes[$0].prefix(100), as: UTF8.self) } }
}
