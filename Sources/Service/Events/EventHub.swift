internal import Broker
internal import Control
internal import Mapping
internal import Pipeline
internal import Settings
internal import Synchronization

/// Hands events to whoever listens. With nobody listening, an event costs the reading of one flag.
///
/// Whoever tells an event never waits: it goes into a bounded queue, and a task of the hub's own makes lines of it. A listener that does not read
/// its lines is cut off by its ``LineSink``; what nobody could make lines of in time is counted and told.
final class EventHub: Sendable {
    /// What one listener is told of single messages in a second at most; more is no reading matter, and the rest is counted in a `skipped` line.
    static let linesPerSecond = 1000
    /// Bulks that may wait to be made into lines.
    static let queueBound = 256

    private enum Item: Sendable {
        case event(ServiceEvent)
        case decisions([Decision], [ProcessorSettings])
    }

    private let listeners = Mutex<[Int: Listener]>([:])
    private let nextID = Atomic<Int>(0)
    private let hasListeners = Atomic<Bool>(false)
    private let dropped = Atomic<Int>(0)
    private let queue: AsyncStream<Item>.Continuation

    init() {
        let (items, queue) = AsyncStream.makeStream(of: Item.self, bufferingPolicy: .bufferingOldest(Self.queueBound))
        self.queue = queue
        // Ends with the hub, whose continuation it waits for.
        Task { [weak self] in for await item in items { self?.distribute(item) } }
    }

    deinit { queue.finish() }

    /// Somebody listens. From any thread.
    var isObserved: Bool { hasListeners.load(ordering: .relaxed) }

    /// Sends events that fit to the sink, until the closure that is returned is called or the reader is cut off.
    func listen(_ filter: EventFilter, _ sink: LineSink) -> @Sendable () -> Void {
        let id = nextID.add(1, ordering: .relaxed).newValue
        let listener = Listener(filter: filter, send: { sink.send($0) })
        listeners.withLock { $0[id] = listener }
        hasListeners.store(true, ordering: .relaxed)
        return { [weak self] in self?.end(id) }
    }

    /// Something that concerns the service. From any thread.
    func tell(_ event: @autoclosure () -> ServiceEvent?) {
        guard isObserved, let event = event() else { return }
        put(.event(event), count: 1)
    }

    /// Something the pipeline reports; `processors` by place, see ``Roster``.
    func tell(_ note: Note, processors: @autoclosure () -> [ProcessorSettings]) {
        guard isObserved else { return }
        let processors = processors()
        if case .decided(let decisions) = note { return put(.decisions(decisions, processors), count: decisions.count) }
        if let event = ServiceEvent(note, processors: processors) { put(.event(event), count: 1) }
    }

    private func put(_ item: Item, count: Int) {
        if case .dropped = queue.yield(item) { dropped.add(count, ordering: .relaxed) }
    }

    private func end(_ id: Int) {
        listeners.withLock { listeners in
            listeners[id] = nil
            hasListeners.store(!listeners.isEmpty, ordering: .relaxed)
        }
    }

    private func distribute(_ item: Item) {
        let lost = dropped.exchange(0, ordering: .relaxed)
        let now = Timestamp.now
        var list = listeners.withLock { $0 }
        for id in list.keys {
            var isOpen = lost == 0 || list[id]?.skip(lost, at: now) == true
            switch item {
            case .event(let event): isOpen = list[id]?.take(event) == true && isOpen
            case .decisions(let decisions, let processors):
                for decision in decisions where list[id]?.mayFit(decision, processors) == true {
                    isOpen =
                        list[id]?.take(ServiceEvent(decision, of: processors[decision.processor], at: now), isLimited: true) == true
                        && isOpen
                }
            }
            if !isOpen { end(id) }
        }
        // Only what it keeps for the limit changes; whoever has ended meanwhile stays ended.
        listeners.withLock { listeners in for (id, listener) in list where listeners[id] != nil { listeners[id] = listener } }
    }
}
