internal import Broker
internal import Settings

/// Settings of a queue that lose messages.
extension BrokerFindings {
    /// What a queue is for: letters are kept until an administrator decides about them; other messages may be meant to expire.
    enum Purpose { case source, deadLetters }

    /// A limit of this many returns or more counts as none: Warren returns what it holds when a connection ends, and no message meets a thousand lost
    /// connections in a row.
    private static let plentyOfReturns: Int64 = 1000

    /// What may cost messages in a queue, whichever way it was set.
    func losses(_ facts: QueueFacts, _ subject: String, _ purpose: Purpose) -> [Finding] {
        lifetime(facts, subject, purpose) + bounds(facts, subject, purpose) + exchange(facts, subject)
            + self.returns(facts, subject, purpose)
            + mirrors(facts, subject)
    }

    private func exchange(_ facts: QueueFacts, _ subject: String) -> [Finding] {
        guard facts.lacksDeadLetterExchange, let exchange = facts.declared?.arguments["x-dead-letter-exchange"] else { return [] }
        return [
            .warning(
                subject, "its dead-letter exchange '\(exchange)' is not there: RabbitMQ drops what should go to it",
                "declare that exchange, with a queue bound to it")
        ]
    }

    /// Destroying letters is an error, elsewhere it may be meant.
    private func grave(_ purpose: Purpose, _ subject: String, _ text: String, _ advice: String) -> Finding {
        purpose == .deadLetters ? .error(.configuration, subject, text, advice) : .warning(subject, text, advice)
    }

    private func lifetime(_ facts: QueueFacts, _ subject: String, _ purpose: Purpose) -> [Finding] {
        var list: [Finding] = []
        if facts.isDurable == false {
            list.append(
                grave(
                    purpose, subject, "is not durable: a restart of RabbitMQ takes it and its messages away", "declare it again, durable"))
        }
        if facts.isAutoDelete == true {
            list.append(
                purpose == .deadLetters
                    ? .error(
                        .configuration, subject, "is deleted with its letters when its last consumer leaves (auto-delete)",
                        "declare it again without auto_delete")
                    : .warning(
                        subject,
                        "is deleted with its messages when its last consumer leaves (auto-delete): a lost connection or a stop is enough, and "
                            + "Warren refuses to pause it", "declare it without auto_delete"))
        }
        if let time = facts.setting("message-ttl") {
            list.append(
                grave(
                    purpose, subject, "messages expire after \(time.value) ms (\(time.origin)): those that wait longer are never seen",
                    purpose == .deadLetters ? remedy(time) : "\(remedy(time)), or set a dead-letter exchange that keeps them"))
        }
        if let time = facts.setting("expires") {
            list.append(
                grave(
                    purpose, subject, "expires with its messages after \(time.value) ms without a consumer (\(time.origin))", remedy(time)))
        }
        return list
    }

    private func bounds(_ facts: QueueFacts, _ subject: String, _ purpose: Purpose) -> [Finding] {
        let bounds = ["max-length", "max-length-bytes"].compactMap { facts.setting($0) }
        guard let bound = bounds.first else { return [] }
        let origins = bounds.map { "\($0.value), \($0.origin)" }.joined(separator: "; ")
        guard facts.setting("overflow")?.value.hasPrefix("reject-publish") != true else {
            guard purpose == .deadLetters else { return [] }
            return [
                .warning(
                    subject,
                    "takes no more letters when it is full (\(origins)): Warren then holds what cannot be written, and stops consuming its queue",
                    remedy(bound))
            ]
        }
        return [
            grave(
                purpose, subject, "drops its oldest messages when it is full (\(origins))",
                purpose == .deadLetters ? remedy(bound) : "set overflow to reject-publish, so that publishers learn of it")
        ]
    }

    private func remedy(_ setting: QueueFacts.Setting) -> String {
        setting.isArgument ? "declare it again without it" : "take the queue out of that policy (rabbitmqctl list_policies)"
    }

    /// Only quorum queues count returns.
    func returns(_ facts: QueueFacts, _ subject: String, _ purpose: Purpose) -> [Finding] {
        switch facts.returns(version: examination.version) {
        case .unlimited: return []
        case .unknown:
            // The unknown type is reported already.
            guard facts.type != nil else { return [] }
            return [
                .unknown(
                    subject, "whether messages that come back often are dropped (a delivery limit)",
                    "set [rabbitmq] management, which reports it")
            ]
        case .limited(let limit):
            guard let number = limit.number, number < Self.plentyOfReturns else { return [] }
            if number < 0 { return negative(limit, subject) }
            if purpose == .source, !facts.lacksDeadLetterExchange, let exchange = facts.setting("dead-letter-exchange") {
                return [
                    .note(
                        subject,
                        "a message that comes back more than \(number) times (\(limit.origin)) goes to the dead-letter exchange '\(exchange.value)' "
                            + "(\(exchange.origin)); Warren gives back what it holds when a connection ends")
                ]
            }
            return [
                .warning(
                    subject,
                    "is a quorum queue with a delivery limit of \(number) (\(limit.origin)): a message that comes back once more is dropped"
                        + (facts.hidesPolicies ? ", unless a policy has set a dead-letter exchange" : "")
                        + (purpose == .source ? ". Warren gives back what it holds when a connection ends" : ""), advice(limit, purpose))
            ]
        }
    }

    private func advice(_ limit: QueueFacts.Setting, _ purpose: Purpose) -> String {
        let large = QueueDeclaration.safeDeliveryLimit
        let exchange = purpose == .source ? ", or give it a dead-letter exchange" : ""
        return limit.isArgument
            // Of an argument and a policy the smaller limit holds.
            ? "declare it again with x-delivery-limit = \(large)\(exchange); a policy cannot raise what the declaration has set"
            : "set delivery-limit to \(large) by policy (rabbitmqctl set_policy)\(exchange)"
    }

    /// RabbitMQ 3 takes an argument below zero, and drops each message at its first return.
    private func negative(_ limit: QueueFacts.Setting, _ subject: String) -> [Finding] {
        let text = "has a delivery limit of \(limit.value) (\(limit.origin))"
        if let major = examination.version.flatMap(QueueFacts.major), major >= 4 {
            return [
                .note(
                    subject, "\(text), which RabbitMQ 4 takes as no limit, while RabbitMQ 3 drops a message at its first return",
                    "set a large one instead, such as \(QueueDeclaration.safeDeliveryLimit)")
            ]
        }
        return [
            .error(
                .configuration, subject, "\(text): RabbitMQ 3 drops each message that comes back once",
                "set \(QueueDeclaration.safeDeliveryLimit) instead"
                    + (limit.isArgument ? "; for that the queue must be declared again" : "")
            )
        ]
    }

    private func mirrors(_ facts: QueueFacts, _ subject: String) -> [Finding] {
        guard facts.managed?.settings?["ha-mode"] != nil, let major = examination.version.flatMap(QueueFacts.major), major >= 4 else {
            return []
        }
        return [
            .warning(
                subject, "has a policy with ha-mode, which RabbitMQ 4 ignores: the queue is on one node only",
                "use a quorum queue where messages must outlive a node")
        ]
    }
}
