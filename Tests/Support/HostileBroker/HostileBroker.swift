internal import Glibc
internal import Synchronization
internal import Threads

/// How a broker sends, on all connections.
public struct Manner: Sendable {
    /// At most so many bytes at once.
    public var pieceBytes = Int.max
    /// Each message goes in two pieces, cut at byte number N for message number N.
    public var cutsContents = false
    /// What `tune` offers.
    public var heartbeatSeconds: UInt16 = 60

    /// In one piece.
    public init() {}
}

/// A server that speaks AMQP 0-9-1 on loopback, and misbehaves on its first connections as a script says. After that it is a good broker with one
/// queue, whatever it is called, and keeps watch over its clients.
///
/// A thread accepts, and each connection has one of its own.
public final class HostileBroker: Sendable {
    private struct State {
        var accepted = 0
        var streams: [any ByteStream] = []
        var isStopped = false
    }

    /// Where it listens.
    public let port: UInt16
    private let listener: Int32
    private let context: TLSContext?
    private let script: [Mischief]
    private let manner: Manner
    private let shelf: Shelf
    private let state = Mutex(State())

    /// Listens. Connection number N, from 0, suffers mischief number N; those beyond are served well. `tls`: only over TLS.
    public init(_ script: [Mischief], messages: [StoredMessage] = [], manner: Manner = Manner(), tls context: TLSContext? = nil) throws {
        self.script = script
        self.manner = manner
        self.context = context
        shelf = Shelf(messages)
        (listener, port) = try listeningSocket()
        startThread(named: "hostile-broker") { self.accept() }
    }

    /// Connections so far.
    public var acceptedCount: Int { state.withLock(\.accepted) }
    /// Messages that nobody has acknowledged.
    public var unsettledCount: Int { shelf.unsettled.count }
    /// What clients did that they must not, such as to acknowledge what they never got.
    public var violations: [String] { shelf.violations }
    /// The bodies of publications.
    public var published: [[UInt8]] { shelf.published }

    /// Ends all connections, and the listener.
    public func stop() {
        let streams = state.withLock { state in
            state.isStopped = true
            return state.streams
        }
        // Wakes the thread that accepts, which closes it.
        shutdown(listener, Int32(SHUT_RDWR))
        for stream in streams { stream.shutDown() }
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            var on: Int32 = 1
            _ = unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
            let number = state.withLock { state in
                state.accepted += 1
                return state.accepted - 1
            }
            startThread(named: "hostile-peer") { self.converse(descriptor, number) }
        }
        close(listener)
    }

    private func converse(_ descriptor: Int32, _ number: Int) {
        let stream: (any ByteStream)? = context.map { TLSStream(descriptor, $0) } ?? PlainStream(descriptor: descriptor)
        guard let stream else {
            close(descriptor)
            return
        }
        let isWelcome = state.withLock { state in
            state.streams.append(stream)
            return !state.isStopped
        }
        if isWelcome {
            var conversation = Conversation(stream, shelf, manner, script.indices.contains(number) ? script[number] : nil)
            conversation.run()
        }
        stream.shutDown()
        // Not before nobody can shut it down any more: its number may soon be another's.
        state.withLock { state in
            state.streams.removeAll { $0.descriptor == descriptor }
            stream.close()
        }
    }
}

/// A socket that listens on a free port of loopback.
private func listeningSocket() throws -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = unsafe withUnsafeMutablePointer(to: &address) { address in
        unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            unsafe bind(descriptor, $0, length) == 0 && listen(descriptor, 128) == 0 && getsockname(descriptor, $0, &length) == 0
        }
    }
    guard isListening else { throw HostileBrokerError(errorNumber: errno) }
    return (descriptor, UInt16(bigEndian: address.sin_port))
}

/// No socket to listen on.
public struct HostileBrokerError: Error {
    /// The system's.
    public let errorNumber: Int32
}
