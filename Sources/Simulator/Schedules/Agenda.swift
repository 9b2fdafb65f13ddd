internal import HeapModule

/// What is to happen under a virtual clock. Of two events at the same time, the one that was planned first happens first.
public struct Agenda<Time: Comparable, Event> {
    private struct Planned: Comparable {
        let time: Time
        let number: Int
        let event: Event

        static func < (left: Planned, right: Planned) -> Bool { (left.time, left.number) < (right.time, right.number) }
        static func == (left: Planned, right: Planned) -> Bool { left.number == right.number }
    }

    private var events = Heap<Planned>()
    /// How many events were ever planned.
    public private(set) var planned = 0

    /// An agenda without events.
    public init() {}

    /// Adds an event. A time that has passed already counts as the earliest.
    public mutating func plan(_ event: Event, at time: Time) {
        planned += 1
        events.insert(Planned(time: time, number: planned, event: event))
    }

    /// Takes out the next event; `nil` once nothing is planned any more.
    public mutating func next() -> (time: Time, event: Event)? {
        events.popMin().map { ($0.time, $0.event) }
    }
}
