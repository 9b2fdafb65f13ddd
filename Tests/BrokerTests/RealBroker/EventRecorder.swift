import Broker
import Messages
import Synchronization
import Testing
import Waiting

/// Collects a consumer's events, and waits for what must come.
final class EventRecorder: Sendable {
    private let seen = Mutex<[ConsumerEvent]>([])

    var onEvent: @Sendable (ConsumerEvent) -> Void {
        { event in self.seen.withLock { $0.append(event) } }
    }

    var events: [ConsumerEvent] { seen.withLock { $0 } }

    /// All deliveries so far, or those of one processor, in order.
    func deliveries(of processor: SubscriptionID? = nil) -> [Delivery] {
        events.flatMap { event -> [Delivery] in
            if case .deliveries(let index, _, let list) = event, processor == nil || processor == index { list } else { [] }
        }
    }

    /// The sessions of a processor, oldest first.
    func sessions(of processor: SubscriptionID = 0) -> [SessionID] {
        events.compactMap { if case .subscribed(processor, let session) = $0 { session } else { nil } }
    }

    /// The newest session of a processor.
    func session(of processor: SubscriptionID = 0) -> SessionID? { sessions(of: processor).last }

    /// Why sessions ended, without those that ended on our own request.
    func lostSessions() -> [BrokerError] {
        events.compactMap { if case .unsubscribed(_, _, let error) = $0 { error } else { nil } }
    }

    /// Failures to subscribe a processor; `nil` for failures to connect.
    func failures(of processor: SubscriptionID? = nil) -> [BrokerError] {
        events.compactMap { event in
            switch event {
            case .waiting(let error, _): processor == nil ? error : nil
            case .subscribeFailed(processor, let error, _): error
            default: nil
            }
        }
    }

    /// An acknowledgement in the newest session of a processor.
    func acknowledgement(_ kind: Acknowledgement.Kind, of processor: SubscriptionID = 0) throws -> Acknowledgement {
        Acknowledgement(processor: processor, session: try #require(session(of: processor)), kind: kind)
    }

    /// Waits until `condition` holds for what has come. If it does not within `seconds`, records what had come by then, and throws ``Late``.
    func wait(
        _ what: Comment, seconds: Int = 60, sourceLocation: SourceLocation = #_sourceLocation, until condition: (EventRecorder) -> Bool
    ) async throws {
        try await eventually("\(what.rawValue); came: \(events.map(\.summary))", seconds: seconds, sourceLocation: sourceLocation) {
            condition(self)
        }
    }
}

extension ConsumerEvent {
    /// The event without the bodies.
    var summary: String {
        if case .deliveries(let processor, let session, let list) = self {
            "\(list.count) deliveries to \(processor) in \(session)"
        } else {
            "\(self)"
        }
    }
}
