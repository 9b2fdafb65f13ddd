internal import ControlMessages
internal import Glibc

/// A TCP socket for metrics, bound and not listening yet. The caller closes the descriptor.
package enum NetworkSocket {
    /// Binds a numeric address. Throws ``SocketError`` with the kernel's reason.
    package static func bind(host: String, port: UInt16) throws(SocketError) -> Int32 {
        let name = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, "\(port)", &hints, &list) == 0, let address = unsafe list?.pointee else {
            throw .network(address: name, reason: "it is not a numeric address")
        }
        defer { unsafe freeaddrinfo(list) }
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = unsafe socket(address.ai_family, flags, 0)
        guard descriptor >= 0 else { throw .network(address: name, reason: lastError()) }
        var yes: Int32 = 1
        // A restart must not wait for connections of the last process.
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard unsafe Glibc.bind(descriptor, address.ai_addr, address.ai_addrlen) == 0 else {
            let reason = lastError()
            close(descriptor)
            throw .network(address: name, reason: reason)
        }
        return descriptor
    }
}
