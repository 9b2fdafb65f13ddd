internal import Broker
internal import Pipeline
internal import Settings

/// What a look at RabbitMQ means for a configuration. Pure.
struct BrokerFindings {
    let settings: Settings
    let examination: BrokerExamination
    /// How messages of partitioned queues are dealt out, by queue.
    var dealings: [String: Partitioning.Dealing] = [:]

    private var server: String { "RabbitMQ \(examination.endpoint)" }
    private var permissions: String { "rabbitmqctl set_permissions -p \(settings.rabbitmq.vhost) \(settings.rabbitmq.username)" }

    /// In the order in which people look: the server, each source with its dead-letter queue, then what AMQP does not tell.
    var all: [Finding] {
        [version] + publishing
            + settings.processors.flatMap { processor in
                processor.consumedQueues.flatMap { findings(source: $0) } + partitionFindings(processor)
                    + (settings.deadLetter.enabled ? findings(deadLetters: processor.queue + settings.deadLetter.suffix) : [])
            } + examination.exchanges.map(finding) + [consumerTimeout]
    }

    private var version: Finding {
        examination.version.map { .ok(server, "connected and logged in; version \($0)") }
            ?? .note(server, "connected and logged in; it does not tell its version")
    }

    /// RabbitMQ 4 gives quorum queues a delivery limit of 20 without being asked.
    private var limitsDeliveries: Bool { examination.version?.split(separator: ".").first.flatMap { Int($0) }.map { $0 >= 4 } ?? false }

    private var publishing: [Finding] {
        guard settings.deadLetter.enabled else {
            return [
                .note(
                    server,
                    "[dead_letter] enabled is false: messages that cannot be written are rejected to each queue's own dead-letter exchange")
            ]
        }
        return switch examination.mayPublish {
        case true?: [.ok(server, "dead letters can be published")]
        case false?:
            [
                .error(
                    .notPermitted, server, "dead letters cannot be published: no right to write to the default exchange",
                    "\(permissions) '' '^amq\\.default$' READ, or a pattern that holds it")
            ]
        case nil: []
        }
    }

    private func findings(source name: String) -> [Finding] {
        guard let queue = examination.queues.first(where: { $0.name == name }) else { return [] }
        let subject = "queue \(name)"
        guard case .present(let depth) = queue.state else { return [missing(queue, subject)] }
        var list: [Finding] = [.ok(subject, description(queue, depth))]
        if queue.mayConsume == false {
            list.append(
                .error(
                    .notPermitted, subject, "may not be consumed: no right to read",
                    "\(permissions) CONFIGURE WRITE 'a pattern that holds it'"))
        }
        if queue.isStream == true || queue.properties?.type == "stream" {
            list.append(
                .error(
                    .configuration, subject, "is a stream, and is not consumed: acknowledging takes nothing out of it",
                    "bind a classic or quorum queue to the same exchange, and name that one"))
        }
        guard let properties = queue.properties else { return list + untold(source: subject) }
        list += common(properties, subject)
        let arguments = properties.arguments
        if properties.type == "quorum", limitsDeliveries || arguments["x-delivery-limit"] != nil {
            let limit = arguments["x-delivery-limit"] ?? "20, the default of RabbitMQ 4"
            list.append(
                .warning(
                    subject,
                    "is a quorum queue with a delivery limit (\(limit)): a message that comes back so often is dropped or dead-lettered",
                    "set delivery-limit to -1 by policy, or a dead-letter exchange; Warren gives deliveries back when a connection is lost")
            )
        }
        if arguments["x-max-priority"] != nil {
            list.append(.note(subject, "has priorities: without `version` they decide which write is the last"))
        }
        if arguments["x-single-active-consumer"] == "true" {
            list.append(.note(subject, "has a single active consumer: other instances stand by"))
        }
        if properties.isAutoDelete {
            list.append(
                .warning(
                    subject,
                    "is deleted with its messages when its last consumer leaves (auto-delete): a lost connection or a stop is enough, and Warren "
                        + "refuses to pause it", "declare it without auto_delete"))
        }
        if !settings.deadLetter.enabled, arguments["x-dead-letter-exchange"] == nil {
            list.append(
                .error(
                    .configuration, subject,
                    "is not consumed: parking is off and it has no x-dead-letter-exchange argument, so RabbitMQ would discard what cannot be written",
                    "declare it with that argument (a policy's cannot be seen over AMQP), or set [dead_letter] enabled = true"))
        }
        return list
    }

    private func findings(deadLetters name: String) -> [Finding] {
        guard let queue = examination.queues.first(where: { $0.name == name }) else { return [] }
        let subject = "dead-letter queue \(name)"
        guard case .present(let depth) = queue.state else { return [missing(queue, subject)] }
        var list: [Finding] = [.ok(subject, description(queue, depth))]
        if depth.messages > 0 {
            list.append(.note(subject, "\(depth.messages) messages are parked", "`warren dead list` tells why"))
        }
        if depth.consumers > 0 {
            list.append(
                .warning(
                    subject, "\(depth.consumers) consumers take messages from it: `warren dead` sees only what they leave",
                    "find out who: rabbitmqctl list_consumers"))
        }
        guard let properties = queue.properties else { return list + [untold(subject)] }
        list += common(properties, subject)
        if properties.type == "quorum" {
            list.append(
                .note(
                    subject, "is a quorum queue: each `warren dead list` counts as a delivery of what it looks at",
                    limitsDeliveries ? "set delivery-limit to -1 for it by policy: RabbitMQ 4 ends messages at 20" : nil))
        }
        return list
    }

    /// What may cost messages in any queue.
    private func common(_ properties: QueueProperties, _ subject: String) -> [Finding] {
        var list: [Finding] = []
        let arguments = properties.arguments
        if !properties.isDurable {
            list.append(
                .warning(subject, "is not durable: a restart of RabbitMQ takes it and its messages away", "declare it anew, durable"))
        }
        if let time = arguments["x-message-ttl"] {
            list.append(
                .warning(
                    subject, "messages expire after \(time) ms (x-message-ttl): those that wait longer are never seen",
                    "declare it without, or set a dead-letter exchange that keeps them"))
        }
        if let time = arguments["x-expires"] {
            list.append(
                .warning(subject, "goes with its messages after \(time) ms without a consumer (x-expires)", "declare it without"))
        }
        let bounds = ["x-max-length", "x-max-length-bytes"].filter { arguments[$0] != nil }
        if !bounds.isEmpty, !(arguments["x-overflow"]?.hasPrefix("reject-publish") ?? false) {
            list.append(
                .warning(
                    subject, "drops its oldest messages when it is full (\(bounds.joined(separator: ", ")))",
                    "declare it with x-overflow = reject-publish, so that publishers learn of it"))
        }
        return list
    }

    private func missing(_ queue: BrokerExamination.Queue, _ subject: String) -> Finding {
        switch queue.state {
        case .refused(let error):
            switch error.reason {
            case .channelClosed(403, _): .error(.notPermitted, subject, error.fault, "\(permissions) …, with a pattern that holds it")
            // Another connection's own, or something else that the error tells.
            default: .error(.unavailable, subject, error.explanation)
            }
        case .missing(let error): .error(.unavailable, subject, error.fault, "`warren provision` creates it")
        case .present: .ok(subject, "is there")
        }
    }

    private func description(_ queue: BrokerExamination.Queue, _ depth: QueueDepth) -> String {
        let type = queue.properties.map { "\($0.type), \($0.isDurable ? "durable" : "not durable"), " } ?? ""
        return "there: \(type)\(depth.messages) ready, \(depth.consumers) consumers"
    }

    /// Where parking is off, what cannot be told keeps the queue from being consumed.
    private func untold(source subject: String) -> [Finding] {
        guard !settings.deadLetter.enabled else { return [untold(subject)] }
        return [
            .error(
                .notPermitted, subject,
                "is not consumed: parking is off, and whether it has a dead-letter exchange cannot be told without the right to configure it",
                "\(permissions) 'a pattern that holds it' WRITE READ, or set [dead_letter] enabled = true")
        ]
    }

    private func untold(_ subject: String) -> Finding {
        .note(
            subject,
            "its type and arguments cannot be told: over AMQP that takes the right to configure it, which Warren does not need otherwise")
    }

    private func finding(_ exchange: BrokerExamination.Exchange) -> Finding {
        let subject = "exchange \(exchange.name)"
        guard let refusal = exchange.refusal else {
            return .ok(subject, "there; what is bound to it AMQP does not tell, and a message that no queue takes is held until one does")
        }
        if case .channelClosed(403, _) = refusal.reason { return .error(.notPermitted, subject, refusal.fault, "\(permissions) …") }
        return .error(
            .unavailable, subject, refusal.fault,
            "declare it with its bindings, or change [processor.emit] exchange; `warren provision` leaves exchanges to their owners")
    }

    /// The longest that a message may be held on purpose.
    private var longestHold: Duration {
        settings.processors.map { ($0.retry ?? settings.retry).longest }.max().map { $0 + Pipeline.longestHold } ?? .zero
    }

    private var consumerTimeout: Finding {
        let hold = longestHold.components.seconds / 60 + 1
        let text =
            "closes channels whose deliveries wait longer than consumer_timeout for their acknowledgement (30 minutes by default; AMQP does not "
            + "tell it). With [retry] as it is, Warren holds a message for at most about \(hold) minutes"
        return hold < 30
            ? .note(server, text)
            : .warning(server, text, "lower [retry] attempts, delay or backoff, or raise consumer_timeout in rabbitmq.conf")
    }
}

extension RetrySettings {
    /// All waits of a message that fails each time.
    fileprivate var longest: Duration {
        var (sum, wait) = (0.0, delay / .seconds(1) * (1 + jitter))
        for _ in 1..<max(2, attempts) {
            sum += min(wait, 3600)
            wait *= backoff
        }
        return .seconds(min(sum, 1e9))
    }
}
