/// Why reading stopped.
enum Reading: Equatable {
    /// Nothing is left that would not wake a sleep on the socket.
    case dry
    /// The bound is reached, there may be more.
    case bounded
    /// A method to be looked at; the contents before it are complete.
    case method(ServerMethod, channel: UInt16)
}

/// How much one round may bring.
struct ReadBound {
    /// Messages; enough that the cost of a round vanishes, few enough that acknowledgements do not wait for long.
    static let messages = 512
    /// Bytes.
    static let bytes = 1 << 20

    private(set) var messagesLeft = messages
    private(set) var bytesLeft = bytes

    var isReached: Bool { messagesLeft <= 0 || bytesLeft <= 0 }

    mutating func count(messages: Int = 0, bytes: Int = 0) {
        messagesLeft -= messages
        bytesLeft -= bytes
    }
}

extension FrameReader {
    /// Reads from `source` until something stops it; `hasRead` becomes true if a byte came.
    mutating func read(
        from source: ByteSource, into contents: inout [ContentAssembly], bound: inout ReadBound, hasRead: inout Bool
    ) throws(BrokerError.Reason) -> Reading {
        var isDrained = false
        while true {
            if let reading = try takeFrames(into: &contents, bound: &bound) { return reading }
            if bound.isReached { return .bounded }
            // Asking the socket again would cost a system call, and the sleep on it asks anyway.
            if isDrained { return .dry }
            let (bytes, room) = try unsafe buffer.fill(wanted: wantedBytes) { room throws(BrokerError.Reason) in
                try unsafe source.read(into: room)
            }
            guard bytes > 0 else { return .dry }
            hasRead = true
            bound.count(bytes: bytes)
            isDrained = bytes < room && !source.readsAhead
        }
    }

    /// The next method about the connection as a whole, without waiting; everything else is passed over. `nil` if none is among what has come, or
    /// among the ``ReadBound/bytes`` that are looked at in one go.
    mutating func connectionMethod(from source: ByteSource) throws(BrokerError.Reason) -> ServerMethod? {
        var bound = ReadBound()
        while !bound.isReached {
            do throws(ProtocolViolation) {
                while let frame = try next() {
                    guard case .method(let place, channel: 0) = frame else { continue }
                    return try ServerMethod(payload: buffer.storage.span.extracting(place))
                }
            } catch {
                throw .protocolError(error.text)
            }
            let (bytes, _) = try unsafe buffer.fill(wanted: wantedBytes) { room throws(BrokerError.Reason) in
                try unsafe source.read(into: room)
            }
            if bytes == 0 { return nil }
            bound.count(bytes: bytes)
        }
        return nil
    }

    /// Takes the whole frames that have come, up to a method that is not about a content.
    private mutating func takeFrames(
        into contents: inout [ContentAssembly], bound: inout ReadBound
    ) throws(BrokerError.Reason) -> Reading? {
        do throws(ProtocolViolation) {
            while !bound.isReached, let frame = try next() {
                guard let (method, channel) = try contents.take(frame, in: buffer.storage.span, bound: &bound) else { continue }
                return .method(method, channel: channel)
            }
            return nil
        } catch {
            throw .protocolError(error.text)
        }
    }
}
