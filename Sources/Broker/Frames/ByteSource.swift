internal import CRabbitMQ
internal import Glibc

/// Where the bytes of a connection come from after the login: its socket, or the TLS session on it. Both belong to librabbitmq, which still sends
/// over them and closes them, but no longer reads.
@safe struct ByteSource {
    private let socket: Int32
    /// `SSL *`, valid as long as the connection's handle.
    private let tls: UnsafeMutableRawPointer?

    init(socket: Int32, tls: UnsafeMutableRawPointer?) {
        self.socket = socket
        unsafe self.tls = tls
    }

    /// True if it has to be read until nothing is left: TLS takes whole records from the socket, however few bytes are asked for.
    var readsAhead: Bool { unsafe tls != nil }

    /// True if TLS holds decrypted bytes. The socket does not show them.
    var holdsBytes: Bool {
        guard let tls = unsafe tls else { return false }
        return unsafe crabbitmq_tls_pending(tls) > 0
    }

    /// Reads what there is, without waiting. Returns 0 if nothing is there now. Throws if the connection is over.
    func read(into room: UnsafeMutableRawBufferPointer) throws(BrokerError.Reason) -> Int {
        guard let tls = unsafe tls else { return try unsafe receive(into: room) }
        let count = unsafe crabbitmq_tls_read(tls, room.baseAddress, room.count)
        if count >= 0 { return count }
        // Either the peer has ended TLS in order, or it has just closed the socket.
        if count == CRABBITMQ_TLS_CLOSED { throw Self.closed }
        let text = unsafe crabbitmq_tls_complaint().map { unsafe String(cString: $0) }
        throw .socket(text ?? "TLS cannot be read")
    }

    private func receive(into room: UnsafeMutableRawBufferPointer) throws(BrokerError.Reason) -> Int {
        while true {
            let count = unsafe recv(socket, room.baseAddress, room.count, Int32(MSG_DONTWAIT))
            if count > 0 { return count }
            if count == 0 { throw Self.closed }
            switch errno {
            case EINTR: continue
            case EAGAIN: return 0
            default: throw unsafe .socket(String(cString: strerror(errno)))
            }
        }
    }

    private static var closed: BrokerError.Reason { .socket("the broker closed it without a word") }
}
