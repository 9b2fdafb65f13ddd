internal import COpenSSL
internal import Glibc

/// One side of a connection. Reading and writing block, and only the thread of the conversation does either; ``shutDown()`` may come from any.
protocol ByteStream: Sendable {
    /// The socket.
    var descriptor: Int32 { get }
    /// Empty: the end of the stream, or of the connection.
    func read() -> [UInt8]
    /// False: the connection is lost.
    func write(_ bytes: ArraySlice<UInt8>) -> Bool
    /// FIN in both directions; a read that blocks returns. The descriptor stays.
    func shutDown()
    /// After the conversation.
    func close()
}

/// TCP as it is.
struct PlainStream: ByteStream {
    let descriptor: Int32

    func read() -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, used in
            used = unsafe max(0, recv(descriptor, buffer.baseAddress, buffer.count, 0))
        }
    }

    func write(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }
    func close() { _ = Glibc.close(descriptor) }
}

/// TLS over it, as its server.
///
/// `@unchecked Sendable`: only the conversation's thread uses `session`; ``shutDown()`` touches the descriptor alone.
@safe struct TLSStream: ByteStream, @unchecked Sendable {
    let descriptor: Int32
    private let session: OpaquePointer

    /// Does the handshake; `nil` if the client did not. The caller owns the descriptor until then.
    init?(_ descriptor: Int32, _ context: TLSContext) {
        guard let session = unsafe SSL_new(context.pointer) else { return nil }
        guard unsafe SSL_set_fd(session, descriptor) == 1, unsafe SSL_accept(session) == 1 else {
            unsafe SSL_free(session)
            return nil
        }
        self.descriptor = descriptor
        unsafe self.session = session
    }

    func read() -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, used in
            used = unsafe max(0, Int(SSL_read(session, buffer.baseAddress, Int32(buffer.count))))
        }
    }

    func write(_ bytes: ArraySlice<UInt8>) -> Bool {
        // OpenSSL takes no empty record, and reports whether all of another one was sent.
        guard !bytes.isEmpty else { return true }
        return unsafe bytes.withUnsafeBytes { unsafe SSL_write(session, $0.baseAddress, Int32($0.count)) == Int32($0.count) }
    }

    func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    func close() {
        unsafe SSL_free(session)
        _ = Glibc.close(descriptor)
    }
}

/// A key and a certificate of its own making, for all brokers of a test run.
///
/// `@unchecked Sendable`: OpenSSL's contexts are used by several threads as long as nobody changes them, and nobody does after `init`.
@safe public final class TLSContext: @unchecked Sendable {
    let pointer: OpaquePointer
    /// PEM, for clients that must trust it.
    public let certificatePath: String

    /// What TLS may be spoken.
    public enum Version: Sendable {
        case tls11, tls12, newest

        fileprivate var number: Int32 {
            switch self {
            case .tls11: TLS1_1_VERSION
            case .tls12: TLS1_2_VERSION
            case .newest: 0
            }
        }
    }

    /// One for 127.0.0.1, whose certificate goes into a file at `certificatePath`. It speaks nothing newer than `newest`.
    public init?(certificatePath: String, newest: Version = .newest) {
        // A client that is gone must not end the tests' process: OpenSSL writes without MSG_NOSIGNAL.
        _ = signal(SIGPIPE, SIG_IGN)
        guard let pointer = unsafe SSL_CTX_new(TLS_server_method()) else { return nil }
        guard unsafe copenssl_use_own_certificate(pointer, certificatePath) == 1 else { return nil }
        if newest != .newest { guard unsafe copenssl_set_newest_version(pointer, newest.number) == 1 else { return nil } }
        unsafe self.pointer = pointer
        self.certificatePath = certificatePath
    }

    deinit { unsafe SSL_CTX_free(pointer) }
}
