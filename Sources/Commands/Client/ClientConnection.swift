internal import CLinux
internal import ControlMessages
internal import Formats
internal import Glibc

/// One connection to the service's socket, for one request.
struct ClientConnection: ~Copyable {
    private let descriptor: Int32
    private let path: String

    /// `timeout` is for each step: connecting, sending, and each part of the answer. With `nil` the answer may take any time.
    init(client: ControlClient, timeout: Duration?) throws(ClientError) {
        path = client.socket
        descriptor = try Self.connected(client, timeout)
    }

    private static func connected(_ client: ControlClient, _ timeout: Duration?) throws(ClientError) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .lost(socket: client.socket, reason: Self.lastError) }
        set(SO_SNDTIMEO, timeout ?? .seconds(30), descriptor)
        if let timeout { set(SO_RCVTIMEO, timeout, descriptor) }
        let status = unsafe UnixAddress(path: client.socket)?.withPointer { unsafe connect(descriptor, $0, $1) }
        guard status != 0 else { return descriptor }
        let (code, reason) = (errno, Self.lastError)
        close(descriptor)
        switch (status, code) {
        case (nil, _): throw .notRunning(socket: client.socket, reason: "the path is longer than 107 bytes")
        case (_, EACCES), (_, EPERM): throw .notPermitted(socket: client.socket, group: client.group)
        case (_, EAGAIN): throw .lost(socket: client.socket, reason: "it accepts no connection")
        default: throw .notRunning(socket: client.socket, reason: reason.lowercased())
        }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) throws(ClientError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            // A service that refuses early has closed its side: its answer is worth more than our error.
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0 && errno == EINTR { continue }
            if count < 0 && [EPIPE, ECONNRESET].contains(errno) { return }
            guard count > 0 else { throw .lost(socket: path, reason: Self.lastError) }
            rest = rest.dropFirst(count)
        }
    }

    /// The bytes that have come; `nil` if the service has closed the connection.
    func receive() throws(ClientError) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 { return Array(buffer.prefix(count)) }
            if count == 0 || errno == ECONNRESET { return nil }
            if errno == EINTR { continue }
            throw .lost(socket: path, reason: errno == EAGAIN ? "it takes too long" : Self.lastError)
        }
    }

    /// The kernel's reason for the last failure.
    private static var lastError: String { unsafe String(cString: strerror(errno)) }

    private static func set(_ option: Int32, _ timeout: Duration, _ descriptor: Int32) {
        var value = timeval(
            tv_sec: Int(timeout.components.seconds), tv_usec: Int(timeout.components.attoseconds / 1_000_000_000_000))
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<timeval>.size))
    }
}
