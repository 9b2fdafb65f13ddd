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

    /// How a partition is left, and what is believed about who waits for it, goes by `queue_type`; the broker's own default is not known then.
    private func typeFinding(_ subject: String, is type: String, wanted: QueueType?) -> Finding? {
        switch (type, wanted) {
        case ("quorum", nil):
            .warning(
                subject,
                "is a quorum queue and queue_type is left out: it is left as a classic one would be, so that what an instance held when it stops comes "
                    + "behind newer messages, and who waits for it is not told rightly", "set queue_type = \"quorum\"")
        case (let type, let wanted?) where type != wanted.rawValue && QueueType(rawValue: type) != nil:
            .warning(
                subject, "is a \(type) queue and queue_type is \"\(wanted.rawValue)\": `warren provision` would be refused",
                "set queue_type = \"\(type)\", or delete the queue when it is empty and run `warren provision`")
        default: nil
        }
    }
}
