/// The keys of a processor that concern its queues' kind and number.
extension Key<ProcessorDraft> {
    static var partitioning: [Key] {
        [
            // Each is a channel, and RabbitMQ allows 2047 on a connection by default.
            Key("partitions", \.settings.partitions, .integer(in: 1...512), reload: .processor),
            Key("partition_by", \.settings.partitionBy, .partitionKey, reload: .processor),
            Key("queue_type", \.settings.queueType, .choice, reload: .processor),
            Key("balance", \.settings.balances, .flag, reload: .processor),
        ]
    }
}

extension Conversion<PartitionKey> {
    /// `"routing-key"`, `"message-id"` or `"header:NAME"`.
    static var partitionKey: Self {
        Conversion { value throws(Mistake) in
            switch value.content {
            case .string("routing-key"): return .routingKey
            case .string("message-id"): return .messageID
            case .string(let text)
            where text.utf8.starts(with: "header:".utf8) && (8...262).contains(text.utf8.count) && !text.utf8.contains(0):
                return .header(Exact(String(Substring(text.utf8.dropFirst(7)))))
            default: throw value.mistake("must be \"routing-key\", \"message-id\" or \"header:\" with a header's name of at most 255 bytes")
            }
        }
    }
}
