internal import Broker
internal import ControlMessages
internal import ControlServer
internal import Mapping
internal import Messages
internal import Pipeline
internal import Settings
internal import Synchronization

/// Hands events to listeners.
///
/// Events about the service are put into a queue of each listener's own. The outcomes of single messages are not sent at all: listeners read them
/// from what the pipeline remembers anyway. So nothing ever waits for a listener, a message costs the same with and without listeners, and without
/// any an event costs the reading of one flag.
final class EventHub: Sendable {
    private let queues = Mutex<[Int: EventQueue]>([:])
    private let nextID = Atomic<Int>(0)
    private let hasListeners = Atomic<Bool>(false)

    /// Sends matching events to the sink, until the closure that is returned is called or the reader is cut off. `engine` is called again for each
    /// look, because a reload may replace the engine.
    func listen(_ filter: EventFilter, _ sink: LineSink, engine: @escaping @Sendable () -> Engine) -> @Sendable () -> Void {
        let id = nextID.add(1, ordering: .relaxed).newValue
        let queue = EventQueue()
        queues.withLock { $0[id] = queue }
        hasListeners.store(true, ordering: .relaxed)
        let listening = Task { [weak self] in
            await EventSubscriber(filter: filter, queue: queue, engine: engine, send: { sink.send(lines: $0) }).run()
            self?.end(id)
        }
        return { listening.cancel() }
    }

    /// Something that concerns the service. From any thread.
    func tell(_ event: @autoclosure () -> ServiceEvent?) {
        guard hasListeners.load(ordering: .relaxed), let event = event() else { return }
        queues.withLock { for queue in $0.values { queue.put(event) } }
    }

    private func end(_ id: Int) {
        queues.withLock { queues in
            queues[id] = nil
            hasListeners.store(!queues.isEmpty, ordering: .relaxed)
        }
    }
}

/// Events that wait for a listener's next look.
final class EventQueue: Sendable {
    /// Events beyond this number are dropped and counted.
    static let bound = 256

    private let content = Mutex<(events: [ServiceEvent], dropped: Int)>(([], 0))

    func put(_ event: ServiceEvent) {
        content.withLock { if $0.events.count < Self.bound { $0.events.append(event) } else { $0.dropped += 1 } }
    }

    /// All events that have come, and the number of those without room.
    func take() -> (events: [ServiceEvent], dropped: Int) {
        content.withLock { content in
            defer { content = ([], 0) }
            return content
        }
    }
}
