internal import Glibc

/// A free port that stays ours while nobody listens on it: the system gives it to no outgoing connection, so who goes away can come back.
///
/// A socket has the port, and neither listens nor connects. Another one with SO_REUSEADDR may listen on it (socket(7)).
final class HeldPort: Sendable {
    /// Its number.
    let number: Int
    private let descriptor: Int32

    /// A free port of an address. `nil` if the address is not IPv4 in numbers, or none is free.
    init?(of host: String) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        guard unsafe inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return nil }
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var (isOn, length) = (Int32(1), socklen_t(MemoryLayout<sockaddr_in>.size))
        let descriptor = descriptor
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                // Shared only once it is ours, so that it is nobody else's held port.
                unsafe bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
                    && setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size)) == 0
            }
        }
        number = Int(UInt16(bigEndian: address.sin_port))
        guard isBound else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }
}
