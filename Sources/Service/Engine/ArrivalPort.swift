internal import Broker
internal import Messages
internal import Pipeline
internal import Synchronization

/// Hands the consumer's events to the pipeline. A type of its own, because consumer and pipeline each need the other to be created.
final class ArrivalPort: Sendable {
    private let pipeline = Mutex<Pipeline?>(nil)

    /// Before the consumer runs.
    func connect(to pipeline: Pipeline) {
        self.pipeline.withLock { $0 = pipeline }
    }

    /// After the consumer has ended: nothing comes any more, and each would keep the other alive.
    func disconnect() {
        pipeline.withLock { $0 = nil }
    }

    /// Called on the broker's thread, once for each bulk.
    func receive(_ event: ConsumerEvent) {
        let arrival: Arrival? =
            switch event {
            case .subscribed(let processor, let session): .subscribed(processor, session)
            case .deliveries(let processor, let session, let deliveries): .deliveries(processor, session, deliveries)
            case .unsubscribed(let processor, let session, let error): .unsubscribed(processor, session, isLost: error != nil)
            case .connected, .resumed, .depth, .letters, .unproven, .waiting, .subscribeFailed: nil
            }
        guard let arrival else { return }
        pipeline.withLock { $0 }?.receive(arrival)
    }
}
