import Glibc

/// A client that may misbehave: sends whatever bytes it is given, and reads what comes until a deadline.
final class RawClient {
    private let descriptor: Int32

    struct NotConnected: Error {}

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
        let status = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else {
            close(descriptor)
            throw NotConnected()
        }
    }

    deinit { close(descriptor) }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// As much as the kernel takes at once; what it does not take is dropped.
    func sendWithoutWaiting(_ bytes: [UInt8]) -> Int {
        unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }

    /// No more will be sent.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// What came until the server closed; `isClosed` is false if it had not within `seconds`.
    func readAll(seconds: Int = 10) -> (text: String, isClosed: Bool) {
        var text: [UInt8] = []
        while true {
            guard let part = read(seconds: seconds) else { return (String(decoding: text, as: UTF8.self), false) }
            guard !part.isEmpty else { return (String(decoding: text, as: UTF8.self), true) }
            text += part
        }
    }

    /// What came until the text holds `mark` so many times, or the server closed, or nothing more came within `seconds`.
    func read(until mark: String, times: Int = 1, seconds: Int = 10) -> String {
        var text: [UInt8] = []
        while String(decoding: text, as: UTF8.self).split(separator: mark, omittingEmptySubsequences: false).count <= times {
            guard let part = read(seconds: seconds), !part.isEmpty else { break }
            text += part
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// nil: nothing came within the time. Empty: the server has closed.
    private func read(seconds: Int) -> [UInt8]? {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&watched, 1, Int32(seconds * 1000)) == 1 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        return Array(buffer.prefix(max(0, count)))
    }
}
