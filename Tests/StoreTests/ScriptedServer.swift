import Dispatch
import Glibc
import Synchronization

/// A server on loopback that does what a test tells it, byte by byte: what no well-behaved server can be made to do.
final class ScriptedServer: Sendable {
    /// A request as it came.
    struct Received: Sendable {
        /// Which connection, from 0 in the order of accepting.
        let connection: Int
        let method: String
        let path: String
        /// Names in lower case.
        let headers: [String: String]
        let body: String
    }

    /// What to do with a request.
    enum Act: Sendable {
        /// A whole answer; the connection stays.
        case answer(Int, String)
        /// These bytes, and then the connection is closed.
        case bytes(String)
        /// The same, of bytes that are no text.
        case octets([UInt8])
        /// These bytes, and then the connection is reset.
        case bytesThenReset(String)
        /// Nothing, until the client goes.
        case stall
    }

    private struct State {
        var received: [Received] = []
        var connections = 0
        var closedConnections = 0
    }

    let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())
    private let script: @Sendable (Received) -> Act

    var received: [Received] { state.withLock { $0.received } }
    var connections: Int { state.withLock(\.connections) }
    var closedConnections: Int { state.withLock(\.closedConnections) }
    var endpoint: String { "http://127.0.0.1:\(port)" }

    init(isIPv6: Bool = false, _ script: @escaping @Sendable (Received) -> Act) throws {
        (listener, port) = try isIPv6 ? Loopback.listenOnIPv6() : Loopback.listen()
        self.script = script
        DispatchQueue(label: "scripted server").async { [self] in acceptAll() }
    }

    /// A server that does these things one after the other, and the last of them for ever.
    convenience init(_ acts: Act...) throws {
        let next = Mutex(0)
        try self.init { _ in
            next.withLock { next in
                defer { next += 1 }
                return acts[min(next, acts.count - 1)]
            }
        }
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func acceptAll() {
        defer { close(listener) }
        while true {
            let socket = accept(listener, nil, nil)
            guard socket >= 0 else { return }
            let number = state.withLock { state in
                defer { state.connections += 1 }
                return state.connections
            }
            DispatchQueue(label: "scripted connection").async { [self] in serve(socket, number) }
        }
    }

    private func serve(_ socket: Int32, _ connection: Int) {
        defer {
            close(socket)
            state.withLock { $0.closedConnections += 1 }
        }
        var buffer: [UInt8] = []
        while let request = next(socket, connection, &buffer) {
            state.withLock { $0.received.append(request) }
            switch script(request) {
            case .answer(let status, let body):
                Loopback.send(
                    socket,
                    "HTTP/1.1 \(status) Scripted\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)")
            case .bytes(let text):
                Loopback.send(socket, text)
                return
            case .octets(let bytes):
                Loopback.send(socket, bytes)
                return
            case .bytesThenReset(let text):
                Loopback.send(socket, text)
                Loopback.resetOnClose(socket)
                return
            case .stall:
                while let bytes = Loopback.receive(socket), !bytes.isEmpty {}
                return
            }
        }
    }

    /// The next request, with its body by its Content-Length; nil if the client goes first.
    private func next(_ socket: Int32, _ connection: Int, _ buffer: inout [UInt8]) -> Received? {
        while true {
            if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                // CR LF is one Character.
                let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
                let request = lines[0].split(separator: " ")
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ": ", maxSplits: 1)
                    if parts.count == 2 { headers[parts[0].lowercased()] = String(parts[1]) }
                }
                let length = headers["content-length"].flatMap { Int($0) } ?? 0
                let rest = buffer[end.upperBound...]
                if rest.count >= length {
                    let body = String(decoding: rest.prefix(length), as: UTF8.self)
                    buffer = Array(rest.dropFirst(length))
                    return Received(
                        connection: connection, method: String(request[0]), path: String(request[1]), headers: headers, body: body)
                }
            }
            guard let bytes = Loopback.receive(socket), !bytes.isEmpty else { return nil }
            buffer += bytes
        }
    }
}

/// Just enough of sockets.
enum Loopback {
    struct Failure: Error { let code: Int32 }

    static func listen() throws -> (socket: Int32, port: UInt16) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let socket = try listen(AF_INET, &address)
        return (socket, UInt16(bigEndian: address.sin_port))
    }

    static func listenOnIPv6() throws -> (socket: Int32, port: UInt16) {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        let socket = try listen(AF_INET6, &address)
        return (socket, UInt16(bigEndian: address.sin6_port))
    }

    static var hasIPv6: Bool {
        guard let (socket, _) = try? listenOnIPv6() else { return false }
        close(socket)
        return true
    }

    /// Listens on a free port, and writes that into the address.
    private static func listen<Address>(_ family: Int32, _ address: inout Address) throws -> Int32 {
        let socket = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var length = socklen_t(MemoryLayout<Address>.size)
        let isListening = unsafe withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = unsafe bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
            return unsafe bind(socket, pointer, length) == 0 && Glibc.listen(socket, 64) == 0 && getsockname(socket, pointer, &length) == 0
        }
        guard isListening else { throw Failure(code: errno) }
        return socket
    }

    /// A port on which nothing listens: it was free a moment ago, and the kernel does not give it out again at once.
    static func deadPort() throws -> UInt16 {
        let (socket, port) = try listen()
        close(socket)
        return port
    }

    static func send(_ socket: Int32, _ text: String) { send(socket, Array(text.utf8)) }

    static func send(_ socket: Int32, _ octets: [UInt8]) {
        var bytes = octets[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.send(socket, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Empty at the end of the stream, nil after an error.
    static func receive(_ socket: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(socket, $0.baseAddress!, $0.count, 0) }
        return count < 0 ? nil : Array(buffer.prefix(count))
    }

    /// The same from any descriptor.
    static func read(_ descriptor: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 4 << 10)
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress!, $0.count) }
        return count < 0 ? nil : Array(buffer.prefix(count))
    }

    /// Closing sends RST instead of FIN.
    static func resetOnClose(_ socket: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
}
