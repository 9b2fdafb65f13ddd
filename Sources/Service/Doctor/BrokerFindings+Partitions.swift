internal import Broker
internal import Settings

/// What is wrong with the partitions of a queue.
extension BrokerFindings {
    func partitionFindings(_ processor: ProcessorSettings) -> [Finding] {
        guard let names = processor.partitionNames else { return [] }
        var list: [Finding] = []
        for name in names.partitions {
            guard let facts = facts(name) else { continue }
            // Each must give its messages to one consumer at a time, or their order is lost.
            if facts.hasAllArguments, facts.setting("single-active-consumer")?.value != "true" {
                list.append(
                    .error(
                        .configuration, "queue \(name)",
                        "has no single active consumer: instances would share it, and documents lose their order",
                        "delete it when it is empty, and run `warren provision`"))
            }
            if let type = facts.type, let finding = typeFinding("queue \(name)", is: type, wanted: processor.queueType) {
                list.append(finding)
            }
        }
        let isQuorum = processor.queueType == .quorum || names.partitions.contains { facts($0)?.type == "quorum" }
        list.append(instancesFinding(names, isQuorum: isQuorum))
        list += dealings[names.queue].map { [dealingFinding(names, $0, hasVersion: processor.version != nil)] } ?? []
        let share = processor.prefetchPerQueue(of: settings)
        if share < 50 {
            list.append(
                .warning(
                    "processor \(processor.name)",
                    "each of \(names.count) partitions has a prefetch of \(share), so that one alone is slow over a long way to the broker",
                    "raise its prefetch to 50 per partition or more; [rabbitmq] hold bounds the memory"))
        }
        return list
    }

    /// Instances count each other by a queue of its own.
    private func instancesFinding(_ names: PartitionNames, isQuorum: Bool) -> Finding {
        let subject = "queue \(names.instances)"
        let queue = queues[Exact(names.instances)]
        switch queue?.state {
        case .present(let depth)? where queue?.type ?? "classic" == "classic":
            return .ok(subject, "there: \(depth.consumers) instances consume partitions of \(names.queue)")
        case .present?:
            return .warning(
                subject, "is not a classic queue: RabbitMQ may not count its consumers, which is how instances count each other",
                "delete it, and run `warren provision`")
        default:
            let text = "is missing: instances cannot count each other"
            let advice = "`warren provision` creates it"
            // Of a classic partition RabbitMQ counts all consumers.
            return isQuorum
                ? .warning(subject, "\(text), so that quorum partitions are not shared out evenly after restarts", advice)
                : .note(subject, text, advice)
        }
    }

    /// What a restart of the broker does to the order.
    private func dealingFinding(_ names: PartitionNames, _ dealing: Partitioning.Dealing, hasVersion: Bool) -> Finding {
        let subject = "exchange \(names.hash)"
        switch dealing {
        case .kept where hasVersion:
            return .ok(subject, "there; versions keep the result right, whatever a restart of RabbitMQ does to partitions")
        case .kept: return .ok(subject, "there; each key keeps its partition over a restart of RabbitMQ")
        case .unstable:
            return .warning(
                subject,
                "may deal keys out differently after a restart of RabbitMQ: a key's messages would be in two partitions, out of order",
                "run `warren provision` while Warren runs: it empties the partitions and creates the exchange again")
        case .missing:
            return .warning(
                subject, "is missing, so that messages wait in \(names.queue): RabbitMQ has restarted, or it was never created",
                "a running Warren creates it again if it may configure it; otherwise run `warren provision`")
        case .untold:
            return .note(
                subject,
                "whether a restart of RabbitMQ deals keys out differently: Warren cannot find out without the right to configure it")
        }
    }

    /// `warren provision` creates what is missing as `queue_type` says; how partitions are left depends on their actual type.
    private func typeFinding(_ subject: String, is type: String, wanted: QueueType?) -> Finding? {
        guard let wanted, type != wanted.rawValue, QueueType(rawValue: type) != nil else { return nil }
        return .warning(
            subject, "is a \(type) queue and queue_type is \"\(wanted.rawValue)\": further partitions would be of another type",
            "set queue_type = \"\(type)\", or delete the queue when it is empty and run `warren provision`")
    }
}
