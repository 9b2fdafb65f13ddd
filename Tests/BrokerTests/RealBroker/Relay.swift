import Glibc
import Synchronization
import Testing
import Threads

/// A TCP relay on loopback between a client and the node, so that a test can cut the line or let it fall silent.
final class Relay: Sendable {
    private struct State {
        var isSilent = false
        var sockets: [Int32] = []
    }

    /// Where it listens.
    let port: UInt16
    private let listener: Int32
    private let target: UInt16
    private let state = Mutex(State())

    /// Relays to `target` on loopback; without one it accepts connections and never answers.
    init(to target: UInt16?) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(port: 0)
        let bound = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(bound == 0 && listen(listener, 8) == 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(listener, $0, &length) }
        }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        self.target = target ?? 0
        detach { self.accept() }
    }

    /// From now on nothing passes, and nobody is told.
    func fallSilent() { state.withLock { $0.isSilent = true } }

    /// Ends all connections without a word.
    func cut() {
        state.withLock { state in
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
            state.sockets = []
        }
    }

    /// Ends all connections and listens no more.
    func end() {
        shutdown(listener, Int32(SHUT_RDWR))
        cut()
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { break }
            state.withLock { $0.sockets.append(client) }
            guard target != 0 else { continue }
            let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = Self.loopback(port: target)
            let connected = unsafe withUnsafePointer(to: &address) { address in
                unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard connected == 0 else { continue }
            state.withLock { $0.sockets.append(server) }
            detach { self.pass(from: client, to: server) }
            detach { self.pass(from: server, to: client) }
        }
        close(listener)
    }

    private func pass(from source: Int32, to sink: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe read(source, &buffer, buffer.count)
            guard count > 0 else { break }
            if state.withLock({ $0.isSilent }) { continue }
            var sent = 0
            while sent < count {
                let step = unsafe buffer.withUnsafeBytes {
                    unsafe send(sink, $0.baseAddress! + sent, count - sent, Int32(MSG_NOSIGNAL))
                }
                guard step > 0 else { break }
                sent += step
            }
        }
        shutdown(sink, Int32(SHUT_RDWR))
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private func detach(_ body: @escaping @Sendable () -> Void) { startThread(named: "relay", body) }
}
