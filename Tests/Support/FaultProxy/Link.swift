internal import CLinux
internal import Glibc

/// A connection through the proxy: two sockets, and what is under way between them.
struct Link {
    /// A fault that is due once so many more bytes have gone in a direction, whichever connection carries them.
    struct Trigger {
        let fault: ProxyFault
        let direction: Direction
        var bytesLeft: Int
    }

    private struct Flow {
        /// Read and not yet handed on.
        var pending: ArraySlice<UInt8> = []
        var isStalled = false
        var isBlackHole = false
        /// Its source has sent all it will.
        var hasEnded = false
        /// Due once `pending` is handed on.
        var fault: ProxyFault?
    }

    /// The client's and the server's socket, -1 once closed: the sources of the two directions.
    private var ends: [Int32]
    private var flows = [Flow(), Flow()]

    init(client: Int32, server: Int32) { ends = [client, server] }

    /// Nothing will come of it any more, and its sockets are closed.
    var isOver: Bool { ends == [-1, -1] }

    /// What `poll(2)` should watch for.
    var interests: [pollfd] {
        Direction.allCases.compactMap { direction in
            let incoming = flows[direction.rawValue], outgoing = flows[direction.opposite.rawValue]
            var events = 0
            if !incoming.isStalled && !incoming.hasEnded && incoming.pending.isEmpty { events |= Int(POLLIN) }
            if !outgoing.isStalled && !outgoing.pending.isEmpty { events |= Int(POLLOUT) }
            let end = ends[direction.rawValue]
            // Without events poll would still report a hang-up, over and over.
            return end >= 0 && events != 0 ? pollfd(fd: end, events: Int16(events), revents: 0) : nil
        }
    }

    mutating func apply(_ fault: ProxyFault) {
        switch fault {
        case .reset: end(SocketCalls.reset)
        case .finish: end { _ = close($0) }
        case .stall(let directions): for direction in directions { flows[direction.rawValue].isStalled = true }
        case .blackHole(let directions):
            for direction in directions {
                flows[direction.rawValue].isBlackHole = true
                flows[direction.rawValue].pending = []
            }
        }
    }

    mutating func heal() {
        for index in flows.indices {
            flows[index].isStalled = false
            flows[index].fault = nil
        }
    }

    /// Moves what can be moved without waiting.
    mutating func move(_ triggers: inout [Trigger]) {
        for direction in Direction.allCases where !isOver { move(direction, &triggers) }
        if flows.allSatisfy({ $0.hasEnded && $0.pending.isEmpty }) { end { _ = close($0) } }
    }

    private mutating func move(_ direction: Direction, _ triggers: inout [Trigger]) {
        let index = direction.rawValue
        guard !flows[index].isStalled, handOn(direction), !flows[index].hasEnded else { return }
        let trigger = triggers.firstIndex { $0.direction == direction }
        // Never more than up to the byte where a fault is due, so that what follows it is still with the sender.
        let most = min(65_536, trigger.map { triggers[$0].bytesLeft } ?? .max)
        let bytes: [UInt8]?
        do { bytes = try SocketCalls.receive(from: ends[index], most: most) } catch { return lost(direction) }
        guard let bytes else { return }
        guard !bytes.isEmpty else {
            flows[index].hasEnded = true
            if !flows[index].isBlackHole { shutdown(ends[direction.opposite.rawValue], Int32(SHUT_WR)) }
            return
        }
        if !flows[index].isBlackHole { flows[index].pending = bytes[...] }
        if let trigger {
            triggers[trigger].bytesLeft -= bytes.count
            if triggers[trigger].bytesLeft == 0 { flows[index].fault = triggers.remove(at: trigger).fault }
        }
        _ = handOn(direction)
    }

    /// Writes what is pending, and lets a fault happen that was due after it. Returns true if reading may continue.
    private mutating func handOn(_ direction: Direction) -> Bool {
        let index = direction.rawValue, destination = ends[direction.opposite.rawValue]
        if !flows[index].pending.isEmpty {
            guard destination >= 0, let count = try? SocketCalls.send(flows[index].pending, to: destination) else {
                lost(direction.opposite)
                return false
            }
            flows[index].pending.removeFirst(count)
        }
        guard flows[index].pending.isEmpty else { return false }
        guard let fault = flows[index].fault else { return true }
        flows[index].fault = nil
        apply(fault)
        return false
    }

    /// The source of the direction is gone. The other side learns of it, unless what comes from here vanishes.
    private mutating func lost(_ direction: Direction) {
        guard flows[direction.rawValue].isBlackHole else { return end(SocketCalls.reset) }
        SocketCalls.reset(ends[direction.rawValue])
        ends[direction.rawValue] = -1
        flows[direction.rawValue].hasEnded = true
        // What still comes for it has nowhere to go.
        flows[direction.opposite.rawValue].isBlackHole = true
        flows[direction.opposite.rawValue].pending = []
    }

    private mutating func end(_ close: (Int32) -> Void) {
        for index in ends.indices where ends[index] >= 0 {
            close(ends[index])
            ends[index] = -1
        }
    }
}

extension Direction {
    fileprivate var opposite: Direction { self == .toServer ? .toClient : .toServer }
}
