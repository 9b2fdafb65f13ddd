import Settings
import Testing

@Suite("Partitions of a queue")
struct PartitionTests {
    @Test("A queue has none unless it is said; each has an equal share of the prefetch")
    func share() throws {
        let plain = try load(processor).processors[0]
        #expect(plain.partitions == nil && plain.consumedQueues == ["q"] && plain.balances && plain.queueType == nil)
        let settings = try load(processor + "partitions = 3\nprefetch = 100")
        #expect(settings.processors[0].consumedQueues == ["q.0", "q.1", "q.2"])
        #expect(settings.processors[0].prefetchPerQueue(of: settings) == 33)
        let many = try load(processor + "partitions = 12\nprefetch = 5")
        #expect(many.processors[0].prefetchPerQueue(of: many) == 1)
        #expect(try load(processor).processors[0].prefetchPerQueue(of: load(processor)) == 1000)
    }

    @Test(
        "Messages are dealt out by their routing key, a header, or their id",
        arguments: [
            ("", PartitionKey.routingKey), ("partition_by = \"routing-key\"", .routingKey), ("partition_by = \"message-id\"", .messageID),
            ("partition_by = \"header:x-company\"", .header("x-company")),
        ])
    func key(text: String, expected: PartitionKey) throws {
        #expect(try load(processor + "partitions = 2\n" + text).processors[0].partitionBy == expected)
    }

    @Test(
        "What cannot be, or has no effect, is a mistake",
        arguments: [
            ("partitions = 0", "partitions = 0: must be a whole number from 1 to 512"),
            ("balance = false", "balance: has no effect without partitions"),
            ("partition_by = \"message-id\"", "partition_by: has no effect without partitions"),
            ("queue_type = \"stream\"", "queue_type = \"stream\": must be \"classic\" or \"quorum\""),
        ])
    func mistake(text: String, expected: String) {
        #expect(mistakes(processor + text) == ["t.toml:7: processor \"p\".\(expected)"])
    }

    @Test("Another processor cannot consume a partition")
    func shared() {
        let other = processor.replacing("\"p\"", with: "\"other\"").replacing("\"q\"", with: "\"q.1\"")
        #expect(mistakes(processor + "partitions = 2\n" + other).count == 1)
        #expect(mistakes(processor + "partitions = 1\n" + other).isEmpty)
    }
}
