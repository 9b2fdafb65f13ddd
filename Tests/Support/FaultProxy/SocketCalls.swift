internal import Glibc

/// The system calls of the proxy, on IPv4 loopback; no descriptor blocks, and none is inherited by a process that a test starts.
enum SocketCalls {
    static func open() throws(ProxyError) -> Int32 {
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        return try check("socket", socket(AF_INET, Int32(kind), 0))
    }

    /// A socket that has the port, and neither listens nor connects. Others may share the port as long as they came the same way.
    static func bound(to port: UInt16) throws(ProxyError) -> Int32 {
        let descriptor = try open()
        // A free port is asked for without the option: with it the system also gives a port that another process holds in the same way.
        if port > 0 { set(descriptor, SOL_SOCKET, SO_REUSEADDR) }
        let result = unsafe withLoopback(port) { address, length in unsafe bind(descriptor, address, length) }
        _ = try check("bind to port \(port)", result)
        set(descriptor, SOL_SOCKET, SO_REUSEADDR)
        return descriptor
    }

    static func listening(on port: UInt16) throws(ProxyError) -> Int32 {
        let descriptor = try bound(to: port)
        _ = try check("listen", listen(descriptor, 128))
        return descriptor
    }

    static func port(of descriptor: Int32) throws(ProxyError) -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(descriptor, $0, &length) }
        }
        _ = try check("getsockname", result)
        return UInt16(bigEndian: address.sin_port)
    }

    /// Nil when nobody waits.
    static func accept(on listener: Int32) -> Int32? {
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
        return descriptor
    }

    /// Begins to connect. A refusal shows when the socket is read.
    static func connecting(to port: UInt16) throws(ProxyError) -> Int32 {
        let descriptor = try open()
        set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
        _ = unsafe withLoopback(port) { address, length in unsafe connect(descriptor, address, length) }
        return descriptor
    }

    /// `nil` if nothing is there yet; empty at the end of the stream. Throws if the connection is lost.
    static func receive(from descriptor: Int32, most: Int) throws(ProxyError) -> [UInt8]? {
        var count = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: most) { buffer, used in
            count = unsafe recv(descriptor, buffer.baseAddress, most, 0)
            used = max(0, count)
        }
        if count < 0 && errno == EAGAIN { return nil }
        _ = try check("recv", Int32(clamping: count))
        return bytes
    }

    /// How many of the bytes went, possibly none. Throws if the connection is lost.
    static func send(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) throws(ProxyError) -> Int {
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if count < 0 && errno == EAGAIN { return 0 }
        _ = try check("send", Int32(clamping: count))
        return count
    }

    /// Closes with RST instead of FIN.
    static func reset(_ descriptor: Int32) {
        var value = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
        _ = close(descriptor)
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32) {
        var on: Int32 = 1
        _ = unsafe setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func withLoopback(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        return unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func check(_ call: String, _ result: Int32) throws(ProxyError) -> Int32 {
        guard result >= 0 else { throw ProxyError(call: call, errorNumber: errno) }
        return result
    }
}

/// A system call of the proxy that failed.
public struct ProxyError: Error, CustomStringConvertible {
    let call: String
    let errorNumber: Int32

    /// The call and what the system said.
    public var description: String { unsafe "the proxy's \(call): \(String(cString: strerror(errorNumber)))" }
}
