internal import Formats
import Simulator

/// What is left of the partitions' throughput when some keys are written to much more often than others.
struct HotPartitionReport {
    static let keys = 1_000_000

    var lines: [String] {
        // A queue is one process in the broker: this is what one partition can deliver.
        let capacity = 1 / Costs.assumed.deliver
        var table = MarkdownTable(
            "keys follow Zipf's law, exponent", "most popular key", "partitions", "hottest partition × mean", "together, messages/s",
            "of even load")
        for exponent in [0, 0.6, 0.8, 1, 1.1] {
            let popularity = Popularity(keys: Self.keys, exponent: exponent)
            for partitions in [12, 120, 1200] {
                let hottest = popularity.shares(partitions: partitions).max() ?? 1
                table.add(
                    exponent.fixed(1), popularity.share(of: 0).percent, "\(partitions)", (hottest * Double(partitions)).fixed(2),
                    (capacity / hottest).grouped, (1 / hottest / Double(partitions)).percent)
            }
        }
        return [
            "", "Hot partitions: \(Self.keys.grouped) keys, one partition delivers \(capacity.grouped) messages/s at most", "",
        ] + table.lines + [
            "",
            "\"Together\" is the rate at which the hottest partition is full; beyond it that one's lag grows without end while others are idle. A key"
                + " is never divided: once the hottest",
            "partition is little more than its hottest key, more partitions do not help. With versions, consumers without partitions have no such"
                + " limit.",
        ]
    }
}
