/// Why reading stopped.
enum Reading: Equatable {
    /// Everything was read. The socket wakes the thread when more comes.
    case dry
    /// The bound is reached. There may be more.
    case bounded
    /// A method to handle. The contents before it are complete.
    case method(ServerMethod, channel: UInt16)
}

/// How much one round may read.
struct ReadBound {
    /// Messages: enough to make the cost of a round negligible, and few enough that acknowledgements do not wait for long.
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
    /// Reads from `source` until something stops it. `hasRead` becomes true if a byte came.
    mutating func read(
        from source: ByteSource, into contents: inout [ContentAssembly], bound: inout ReadBound, hasRead: inout Bool
    ) throws(BrokerError.Reason) -> Reading {
        var isDrained = false
        while true {
            if let reading = try takeFrames(into: &contents, bound: &bound) { return reading }
            if bound.isReached { return .bounded }
            // Reading the socket again would cost a system call, and `poll(2)` looks at it anyway.
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

    /// The next method that concerns the whole connection, without waiting. Skips everything else. `nil` if there is none among the bytes that have
    /// come, or among the ``ReadBound/bytes`` that one call looks at.
    mutating func connectionMethod(from source: ByteSource) throws(BrokerError.Reason) -> ServerMethod? {
        var bound = ReadBound()
        while !bound.isReached {
            do throws(ProtocolViolation) {
                while let frame = try next() {
                    guard case .method(let range, channel: 0) = frame else { continue }
                    return try ServerMethod(payload: buffer.storage.span.extracting(range))
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

    /// Takes the complete frames that have come, up to a method that does not concern a content.
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
