internal import Formats
internal import Glibc
internal import Threads

/// A client that may misbehave: sends whatever bytes it is given, and reads what comes until a deadline.
///
/// Where it waits for the server it suspends. Sending does not wait: a socket's buffer takes what tests send.
package final class RawClient: Sendable {
    private let descriptor: Int32

    /// Nobody listens there.
    package struct NotConnected: Error {}

    /// Connected to the socket at a path, as soon as the server has room for it.
    package init(_ path: String) async throws(NotConnected) {
        descriptor = try await onBlockingThread(named: "raw-client") { () throws(NotConnected) in try Self.connect(to: path) }
    }

    /// Connected to a port of 127.0.0.1.
    package init(port: UInt16) async throws(NotConnected) {
        descriptor = try await onBlockingThread(named: "raw-client") { () throws(NotConnected) in try Self.connect(toPort: port) }
    }

    deinit { close(descriptor) }

    /// All of it, or as much as the server takes before it closes.
    package func send(_ text: String) { send(Array(text.utf8)) }

    /// All of them, or as many as the server takes before it closes.
    package func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// As much as the kernel takes at once; what it does not take is dropped.
    package func sendWithoutWaiting(_ bytes: [UInt8]) -> Int {
        unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }

    /// No more will be sent.
    package func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// What came until the server closed; `isClosed` is false if it had not within `seconds`.
    package func readAll(seconds: Int = 30) async -> (text: String, isClosed: Bool) {
        await onBlockingThread(named: "raw-client") { [self] in
            var text: [UInt8] = []
            while true {
                guard let part = receive(seconds: seconds) else { return (String(decoding: text, as: UTF8.self), false) }
                guard !part.isEmpty else { return (String(decoding: text, as: UTF8.self), true) }
                text += part
            }
        }
    }

    /// What came until the text holds `mark`, or the server closed, or nothing more came within `seconds`.
    package func read(until mark: String, seconds: Int = 30) async -> String {
        await onBlockingThread(named: "raw-client") { [self] in
            var text: [UInt8] = []
            while !String(decoding: text, as: UTF8.self).contains(mark) {
                guard let part = receive(seconds: seconds), !part.isEmpty else { break }
                text += part
            }
            return String(decoding: text, as: UTF8.self)
        }
    }

    private static func connect(to path: String) throws(NotConnected) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let status = unsafe UnixAddress(path: path)?.withPointer { unsafe Glibc.connect(descriptor, $0, $1) }
        guard status == 0 else {
            close(descriptor)
            throw NotConnected()
        }
        return descriptor
    }

    private static func connect(toPort port: UInt16) throws(NotConnected) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        (address.sin_family, address.sin_port) = (sa_family_t(AF_INET), port.bigEndian)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let status = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(descriptor)
            throw NotConnected()
        }
        return descriptor
    }

    /// `nil` if nothing came within the time; empty if the server has closed.
    private func receive(seconds: Int) -> [UInt8]? {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&watched, 1, Int32(seconds * 1000)) == 1 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        return Array(buffer.prefix(max(0, count)))
    }
}
