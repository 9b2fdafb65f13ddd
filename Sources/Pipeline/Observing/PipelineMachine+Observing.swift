internal import Formats
public import Messages

/// What is remembered about decisions: for metrics, for `warren why`, and for listeners to events.
///
/// Once for each message, so it costs a few additions and one entry of a ring. Readers look into the ring at their own pace.
extension PipelineMachine {
    /// A delivery whose document is known was settled, or its write is tried again, or given up.
    mutating func decided(_ slot: Lanes.Slot, _ verdict: Decision.Verdict, detail: @autoclosure () -> String? = nil) {
        let (write, received) = (lanes[slot].write, lanes[slot].receivedNanoseconds)
        decided(
            write.processor, write.delivery,
            Subject(
                key: write.key, version: write.version, eventID: write.eventID, receivedNanoseconds: received), verdict,
            detail: detail())
    }

    /// The same, of a delivery that may have been refused before its document was known.
    mutating func decided(
        _ processor: SubscriptionID, _ delivery: Delivery, _ subject: Subject, _ verdict: Decision.Verdict,
        detail: @autoclosure () -> String? = nil
    ) {
        let latency = nanoseconds - subject.receivedNanoseconds
        let detail = detail().map { $0.cut(toBytes: Decision.detailBytes) }
        if verdict.isSettled {
            processors[processor].times.settled(delivery, latencyNanoseconds: latency, atWallMilliseconds: wallMilliseconds)
        }
        history.append(
            processor, subject.key, version: subject.version, verdict, detail: detail, delivery, eventID: subject.eventID, at: nanoseconds,
            latencyNanoseconds: latency)
    }
}

extension Decision.Verdict {
    /// The delivery is acknowledged, or may be.
    var isSettled: Bool {
        switch self {
        case .written, .stale, .parked: true
        case .retried, .refused: false
        }
    }
}

/// How long the deliveries of a processor took.
public struct SettleTimes: Sendable, Equatable {
    /// From the receipt of a delivery until it was settled, in nanoseconds.
    public private(set) var receiveToSettled = Histogram(bounds: Histogram.times)
    /// From its publication until it was settled, in nanoseconds; only messages with a `timestamp_in_ms` header.
    public private(set) var publishToSettled = Histogram(bounds: Histogram.times)

    /// Counts what `other` has counted.
    mutating func add(_ other: SettleTimes) {
        receiveToSettled.add(other.receiveToSettled)
        publishToSettled.add(other.publishToSettled)
    }

    /// A delivery is settled.
    mutating func settled(_ delivery: Delivery, latencyNanoseconds: Int, atWallMilliseconds wall: UInt64) {
        receiveToSettled.add(latencyNanoseconds)
        guard let published = delivery.publishedMilliseconds else { return }
        // A publisher's clock that is ahead of ours must not give a negative time.
        let age = wall > published ? wall - published : 0
        guard age <= Self.oldestMilliseconds else { return }
        publishToSettled.add(Int(age) * 1_000_000)
    }

    /// A longer time is not counted: such a header holds 0, or seconds, and one such message would dominate the sum for ever. A year.
    static let oldestMilliseconds: UInt64 = 366 * 86_400_000
}
