internal import HeapModule

/// A queue before some servers that are all alike, first come first served: a machine with its cores, say. (Kendall's G/G/c.)
public struct Station: Sendable {
    /// When one piece of work is taken up and done.
    public struct Turn: Sendable, Equatable {
        /// A server takes it up.
        public let start: Seconds
        /// It is done.
        public let end: Seconds

        /// A turn by its parts.
        package init(start: Seconds, end: Seconds) {
            self.start = start
            self.end = end
        }
    }

    /// Time at which each server has done all it was given.
    private var free: Heap<Seconds>
    /// How many there are.
    public let servers: Int
    /// Work done and still to be done, by all servers together.
    public private(set) var busySeconds: Seconds = 0

    /// A station with nothing to do. At least one server.
    public init(servers: Int) {
        precondition(servers > 0, "a station needs a server")
        self.servers = servers
        free = Heap(repeatElement(0, count: servers))
    }

    /// Gives it a piece of work. Arrivals must be given in their order.
    public mutating func serve(at arrival: Seconds, for work: Seconds) -> Turn {
        let start = max(arrival, free.min ?? arrival)
        free.replaceMin(with: start + work)
        busySeconds += work
        return Turn(start: start, end: start + work)
    }

    /// The share of its servers' time that was spent working, up to `end`.
    public func utilization(until end: Seconds) -> Double { end > 0 ? busySeconds / end / Double(servers) : 0 }
}
