internal import Broker
internal import Messages
internal import Pipeline
internal import Settings

/// What a look at RabbitMQ means for a configuration. Pure.
struct BrokerFindings {
    let settings: Settings
    let examination: BrokerExamination
    /// `nil` if it was not asked.
    let management: Management?
    /// How messages of partitioned queues are dealt out, by queue.
    let dealings: [String: Partitioning.Dealing]
    let queues: [Exact<String>: BrokerExamination.Queue]

    init(
        settings: Settings, examination: BrokerExamination, management: Management? = nil, dealings: [String: Partitioning.Dealing] = [:]
    ) {
        self.settings = settings
        self.examination = examination
        self.management = management
        self.dealings = dealings
        queues = Dictionary(examination.queues.map { (Exact($0.name), $0) }) { first, _ in first }
    }

    var server: String { "RabbitMQ \(examination.endpoint)" }
    private var permissions: String { "rabbitmqctl set_permissions -p \(settings.rabbitmq.vhost) \(settings.rabbitmq.username)" }

    /// In the order in which people look: the server, each source with its dead-letter queue, then what AMQP does not show.
    var all: [Finding] {
        [version] + certificate + publishing
            + settings.processors.flatMap { processor in
                processor.consumedQueues.flatMap { findings(source: $0) } + partitionFindings(processor)
                    + (settings.deadLetter.enabled ? findings(deadLetters: processor.queue + settings.deadLetter.suffix) : [])
            } + examination.exchanges.map(finding) + [consumerTimeout] + policies
    }

    /// Findings about quorum queues that drop returned messages: for `warren provision`, which changes no existing queue.
    var limits: [Finding] {
        settings.processors.flatMap { processor in
            let letters = settings.deadLetter.enabled ? [processor.queue + settings.deadLetter.suffix] : []
            return processor.consumedQueues.flatMap { name in facts(name).map { returns($0, "queue \(name)", .source) } ?? [] }
                + letters.flatMap { name in facts(name).map { returns($0, "dead-letter queue \(name)", .deadLetters) } ?? [] }
        }
    }

    /// `nil` if the queue is not there, or was not asked for.
    func facts(_ name: String) -> QueueFacts? {
        guard let queue = queues[Exact(name)], case .present = queue.state else { return nil }
        return QueueFacts(queue, management?.queues[Exact(name)])
    }

    private var version: Finding {
        examination.version.map { .ok(server, "connected and logged in; version \($0)") }
            ?? .note(server, "connected and logged in; it does not report its version")
    }

    private var certificate: [Finding] { examination.isNamedBySubject ? [.namedBySubject(server)] : [] }

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
        guard let queue = queues[Exact(name)] else { return [] }
        let subject = "queue \(name)"
        guard let facts = facts(name), case .present(let depth) = queue.state else { return [missing(queue, subject)] }
        var list: [Finding] = [.ok(subject, description(facts, depth))]
        if queue.mayConsume == false {
            list.append(
                .error(
                    .notPermitted, subject, "may not be consumed: no right to read",
                    "\(permissions) CONFIGURE WRITE 'a pattern that holds it'"))
        }
        if facts.type == "stream" {
            list.append(
                .error(
                    .configuration, subject, "is a stream, and is not consumed: acknowledging takes nothing out of it",
                    "bind a classic or quorum queue to the same exchange, and name that one"))
            return list
        }
        list += untold(facts, subject) + losses(facts, subject, .source)
        if facts.setting("max-priority") != nil {
            list.append(.note(subject, "has priorities: without `version` they decide which write is the last"))
        }
        if facts.setting("single-active-consumer")?.value == "true" {
            list.append(.note(subject, "has a single active consumer: other instances stand by"))
        }
        if let time = facts.setting("consumer-timeout"), let number = time.number, number < longestHold.components.seconds * 1000 {
            list.append(
                .warning(
                    subject, "takes deliveries back after \(number) ms (\(time.origin)), and Warren may hold them longer",
                    "raise it, or lower [retry] attempts, delay or backoff"))
        }
        return list + rejecting(facts, subject)
    }

    /// With parking off, the queue is not consumed if this is unknown. The daemon asks over AMQP.
    private func rejecting(_ facts: QueueFacts, _ subject: String) -> [Finding] {
        guard !settings.deadLetter.enabled, facts.declared?.arguments["x-dead-letter-exchange"] == nil else { return [] }
        if facts.declared?.isComplete == true {
            return [
                .error(
                    .configuration, subject,
                    "is not consumed: parking is off and it has no x-dead-letter-exchange argument, so RabbitMQ would discard what cannot be written",
                    "declare it with that argument (a policy's cannot be seen over AMQP), or set [dead_letter] enabled = true")
            ]
        }
        return [
            .error(
                .notPermitted, subject,
                "is not consumed: parking is off, and Warren cannot find out whether it has a dead-letter exchange without the right to configure it",
                "\(permissions) 'a pattern that holds it' WRITE READ, or set [dead_letter] enabled = true")
        ]
    }

    private func findings(deadLetters name: String) -> [Finding] {
        guard let queue = queues[Exact(name)] else { return [] }
        let subject = "dead-letter queue \(name)"
        guard let facts = facts(name), case .present(let depth) = queue.state else { return [missing(queue, subject)] }
        var list: [Finding] = [.ok(subject, description(facts, depth))]
        if depth.messages > 0 {
            list.append(.note(subject, "\(depth.messages) messages are parked", "`warren dead list` shows why"))
        }
        let consumers = max(depth.consumers, facts.managed?.consumers ?? 0)
        if consumers > 0 {
            list.append(
                .warning(
                    subject, "\(consumers) consumers take messages from it: `warren dead` sees only what they leave",
                    "find out who: rabbitmqctl list_consumers"))
        }
        if facts.type == "stream" {
            list.append(
                .error(
                    .configuration, subject, "is a stream: letters cannot be taken out of it",
                    "declare it again as a classic or quorum queue, or let `warren provision` do it"))
            return list
        }
        return list + untold(facts, subject) + losses(facts, subject, .deadLetters)
    }

    private func missing(_ queue: BrokerExamination.Queue, _ subject: String) -> Finding {
        switch queue.state {
        case .refused(let error):
            switch error.reason {
            case .channelClosed(403, _): .error(.notPermitted, subject, error.fault, "\(permissions) …, with a pattern that holds it")
            // It is exclusive to another connection, or the error says what it is.
            default: .error(.unavailable, subject, error.explanation)
            }
        case .missing(let error): .error(.unavailable, subject, error.fault, "`warren provision` creates it")
        case .present: .ok(subject, "is there")
        }
    }

    private func description(_ facts: QueueFacts, _ depth: QueueDepth) -> String {
        let durable = facts.isDurable.map { $0 ? "durable, " : "not durable, " } ?? ""
        // Up to 4.3 AMQP counts none of those that wait behind a single active consumer of a quorum queue.
        let consumers = max(depth.consumers, facts.managed?.consumers ?? 0)
        return "there: \(facts.type.map { "\($0), " } ?? "")\(durable)\(depth.messages) ready, \(consumers) consumers"
    }

    /// The unknown facts about a queue.
    func untold(_ facts: QueueFacts, _ subject: String) -> [Finding] {
        var what: [String] = []
        if facts.type == nil { what.append("its type") }
        if !facts.hasAllArguments { what.append(facts.arguments == nil ? "its arguments" : "some of its arguments") }
        guard !what.isEmpty else { return [] }
        return [
            .unknown(
                subject,
                "\(what.joined(separator: " and ")). Over AMQP that takes the right to configure it, which Warren does not need otherwise",
                "set [rabbitmq] management, or \(permissions) 'a pattern that holds it' WRITE READ")
        ]
    }

    /// Only once, because it is the same for all queues.
    private var policies: [Finding] {
        if let management {
            let subject = "management API \(management.endpoint)"
            var list: [Finding] = []
            if settings.rabbitmq.revealsPassword {
                list.append(
                    .warning(subject, "the password goes to it over the network as plain text", "use https, or an address of this machine"))
            }
            if let fault = management.fault {
                list.append(
                    .unknown(
                        subject, "policies and effective limits of queues, because \(fault)", "see [rabbitmq] management and [rabbitmq.tls]"
                    ))
            } else {
                list.append(.ok(subject, "reports policies, and the limits in force"))
            }
            return list
        }
        guard !examination.queues.isEmpty else { return [] }
        return [
            .unknown(
                server, "whether policies set a limit that drops messages: AMQP does not report policies",
                "set [rabbitmq] management, which reports them, or see rabbitmqctl list_policies")
        ]
    }

    private func finding(_ exchange: BrokerExamination.Exchange) -> Finding {
        let subject = "exchange \(exchange.name)"
        guard let refusal = exchange.refusal else {
            return .ok(subject, "there; AMQP cannot list its bindings. Warren holds a message that no queue takes until one does")
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
            "takes deliveries back that wait longer than consumer_timeout for their acknowledgement (30 minutes by default; AMQP does not "
            + "report it). With [retry] as it is, Warren holds a message for at most about \(hold) minutes"
        return hold < 30
            ? .note(server, text)
            : .warning(server, text, "lower [retry] attempts, delay or backoff, or raise consumer_timeout in rabbitmq.conf")
    }
}

extension RetrySettings {
    /// All waits of a message that fails each time.
    fileprivate var longest: Duration {
        (1..<max(2, attempts)).reduce(.zero) { $0 + wait(after: $1) } * (1 + jitter)
    }
}
