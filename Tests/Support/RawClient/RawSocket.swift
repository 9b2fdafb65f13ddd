import Glibc

/// Frames over a blocking socket.
final class RawSocket {
    private let descriptor: Int32

    init(port: UInt16) throws(RawClient.Failure) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw RawClient.Failure(text: "connect: errno \(errno)") }
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func send(_ method: UInt32, channel: UInt16, _ arguments: [UInt8]) throws(RawClient.Failure) {
        try send(frame: 1, channel: channel, method.networkBytes + arguments)
    }

    func send(frame type: UInt8, channel: UInt16, _ payload: [UInt8]) throws(RawClient.Failure) {
        try send([type] + channel.networkBytes + UInt32(payload.count).networkBytes + payload + [0xCE])
    }

    func send(_ bytes: [UInt8]) throws(RawClient.Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw RawClient.Failure(text: "send: errno \(errno)") }
            rest = rest.dropFirst(count)
        }
    }

    /// The arguments of the next method, which must be this one.
    func receive(_ method: UInt32) throws(RawClient.Failure) -> ArraySlice<UInt8> {
        while true {
            let prefix = try receive(bytes: 7)
            let size = prefix[3...].reduce(0) { $0 << 8 | Int($1) }
            let payload = try receive(bytes: size + 1)
            guard prefix[0] == 1 else { continue }
            guard payload.prefix(4).elementsEqual(method.networkBytes) else {
                throw RawClient.Failure(text: "another method: \(String(decoding: payload, as: UTF8.self))")
            }
            return payload[4..<size]
        }
    }

    private func receive(bytes count: Int) throws(RawClient.Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var start = 0
        while start < count {
            let received = unsafe bytes.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress! + start, count - start, 0) }
            guard received > 0 else { throw RawClient.Failure(text: "the broker is gone, or silent: errno \(errno)") }
            start += received
        }
        return bytes
    }
}

extension FixedWidthInteger {
    /// In network byte order.
    var networkBytes: [UInt8] { (0..<Self.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) } }
}
