internal import Formats
internal import Schedules
import Simulator

/// How long the partitions of an instance that ends are without a consumer.
struct HandOverReport {
    static let heartbeat = 30.0, rate = 2500.0, prefetch = 100

    let seed: UInt64

    var lines: [String] {
        var table = MarkdownTable(
            "the holder is", "partitions it held", "in its window", "first write p50, s", "of the last partition, s",
            "what it held is done, s", "caught up after, s")
        var random = SplitMix(seed: seed)
        let latency = 5e-3
        // Little's law, or all that prefetch allows.
        let cases: [(HandOver.Ending, partitions: Int, window: Int)] = [
            (.stopped, 4, 0), (.killed, 4, Int(Self.rate * latency)), (.killed, 4, Self.prefetch), (.killed, 12, Self.prefetch),
            (.killed, 512, Self.prefetch), (.lost, 4, Self.prefetch),
        ]
        for (ending, partitions, window) in cases {
            let handOver = HandOver(
                partitions: partitions, rate: Self.rate, unacknowledged: window, heartbeat: Self.heartbeat, brokerNodes: 3, cores: 16,
                costs: .assumed)
            let times = handOver.firstWrites(after: ending, &random)
            let last = times.percentile(100)
            table.add(
                ending.rawValue, "\(partitions)", "\(window)", times.percentile(50).fixed(3), last.fixed(3),
                handOver.repeated(by: 2).fixed(2),
                handOver.catchUp(after: last, capacity: 4 * Self.rate)?.fixed(2) ?? "never")
        }
        return ["", "Hand-over: three nodes lead the queues, \(Self.rate.grouped) messages/s in each partition, heartbeat 30 s", ""]
            + table.lines + [
                "",
                "Killed: the kernel closes the connection, so the broker knows at once. Lost (power, network): one to two heartbeats. What was in the"
                    + " window is put back and delivered",
                "again, and each of two other instances handles its half of that one message at a time.",
                "Catching up at four times the rate of arrival.",
            ]
    }
}
