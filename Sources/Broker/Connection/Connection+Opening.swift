internal import CRabbitMQ
internal import Glibc
internal import Settings

extension Connection {
    /// Connects, and makes the TLS handshake if the endpoint uses TLS. Returns the TLS session, which lives as long as the handle, or `nil` without
    /// TLS.
    func openSocket(_ parameters: ConnectionParameters) throws(BrokerError.Reason) -> UnsafeMutableRawPointer? {
        try unsafe handle.withState { state throws(BrokerError.Reason) in
            let endpoint = parameters.endpoint
            let socket = unsafe endpoint.usesTLS ? amqp_ssl_socket_new(state) : amqp_tcp_socket_new(state)
            guard let socket = unsafe socket else { throw .socket("out of memory") }
            // librabbitmq frees the session of a failed handshake, so that its verdict has to be noted during the handshake.
            let watch = UnsafeMutablePointer<crabbitmq_tls_watch>.allocate(capacity: 1)
            unsafe watch.initialize(to: crabbitmq_tls_watch())
            defer { unsafe watch.deallocate() }
            if endpoint.usesTLS { try unsafe prepareTLS(socket, parameters, watch) }
            defer { if endpoint.usesTLS { unsafe crabbitmq_unwatch_tls(socket) } }
            crabbitmq_clear_tls_complaints()
            var time = timeval(Self.connectTime)
            let status = unsafe amqp_socket_open_noblock(socket, parameters.address ?? endpoint.host, Int32(endpoint.port), &time)
            guard status == AMQP_STATUS_OK.rawValue else {
                let code = errno
                throw openingFailure(status, code, parameters, verdict: unsafe watch.pointee.verdict)
            }
            // Without this timeout, a peer that is gone or does not read blocks a send for a quarter of an hour (tcp(7), TCP_USER_TIMEOUT).
            var milliseconds = parameters.sendMilliseconds
            _ = unsafe setsockopt(
                amqp_get_sockfd(state), Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds, socklen_t(MemoryLayout<UInt32>.size))
            guard endpoint.usesTLS else { return nil }
            guard let tls = unsafe watch.pointee.session else { throw .tls("the session cannot be read") }
            isNamedBySubject = unsafe parameters.tls.verify && crabbitmq_has_alternative_names(tls) == 0
            return unsafe tls
        }
    }

    private func prepareTLS(
        _ socket: OpaquePointer, _ parameters: ConnectionParameters, _ watch: UnsafeMutablePointer<crabbitmq_tls_watch>
    ) throws(BrokerError.Reason) {
        let tls = parameters.tls
        unsafe crabbitmq_watch_tls(socket, watch)
        guard unsafe crabbitmq_set_tls_floor(socket, tls.minVersion.number, TLSSettings.securityLevel) == 1 else {
            throw .tls("OpenSSL cannot speak TLS \(tls.minVersion.rawValue)\(complaint())")
        }
        unsafe amqp_ssl_socket_set_verify_peer(socket, tls.verify ? 1 : 0)
        unsafe amqp_ssl_socket_set_verify_hostname(socket, 0)
        if tls.verify {
            let authorities = tls.ca ?? Self.systemAuthorities
            guard unsafe amqp_ssl_socket_set_cacert(socket, authorities) == AMQP_STATUS_OK.rawValue else {
                throw .tls("cannot read the authorities in \(authorities)\(complaint())", .files)
            }
            let name = tls.serverName ?? parameters.endpoint.host
            guard unsafe crabbitmq_expect_address(socket, name) == 1 || crabbitmq_expect_host(socket, name) == 1 else {
                throw .tls("'\(name)' is no name to expect in a certificate", .wrongName)
            }
            unsafe crabbitmq_require_certificate(socket)
        }
        if let certificate = tls.certificate, let key = tls.key {
            guard unsafe amqp_ssl_socket_set_key(socket, certificate, key) == AMQP_STATUS_OK.rawValue else {
                throw .tls("cannot use certificate \(certificate) with key \(key)\(complaint())", .files)
            }
        }
    }

    /// Logs in. Confirms a refusal, so that the broker does not log a lost connection as well.
    func logIn(_ parameters: ConnectionParameters) throws(BrokerError.Reason) {
        guard parameters.vhost.utf8.count <= 255 else { throw .unsupported("a virtual host's name has at most 255 bytes") }
        guard !(parameters.username + parameters.password.revealed + parameters.vhost).utf8.contains(0) else {
            throw .unsupported("user name, password and virtual host cannot hold a NUL character")
        }
        try unsafe handle.withState { state throws(BrokerError.Reason) in
            var time = timeval(Self.connectTime)
            _ = unsafe amqp_set_handshake_timeout(state, &time)
            _ = unsafe amqp_set_rpc_timeout(state, &time)
            crabbitmq_clear_tls_complaints()
            let reply = unsafe withTable(clientProperties(name: parameters.name).encoded) { table in
                unsafe withUnsafePointer(to: table) { table in
                    unsafe crabbitmq_login(
                        state, parameters.vhost, Int32(clamping: parameters.channels), Self.frameBytes, parameters.heartbeatSeconds, table,
                        parameters.username, parameters.password.revealed)
                }
            }
            guard let reply = unsafe reply else { throw .protocolError("the client properties cannot be encoded") }
            try unsafe check(reply, of: state)
        }
    }

    /// Takes over reading. From now on librabbitmq only sends.
    ///
    /// First it takes what librabbitmq has read beyond the login, which is usually nothing. Then it makes librabbitmq believe that there are no
    /// heartbeats, because otherwise a slow send would also read.
    func beginReading(tls: UnsafeMutableRawPointer?) throws(BrokerError.Reason) {
        try unsafe handle.withState { state throws(BrokerError.Reason) in
            try unsafe passOver(whatIsLeftIn: state)
            let seconds = unsafe amqp_get_heartbeat(state)
            heartbeat = seconds > 0 ? .seconds(seconds) : nil
            let frameBytes = unsafe amqp_get_frame_max(state)
            try check(unsafe amqp_tune_connection(state, amqp_get_channel_max(state), frameBytes, 0))
            reader = FrameReader(agreedBytes: Int(frameBytes))
            source = unsafe ByteSource(socket: amqp_get_sockfd(state), tls: tls)
            (openedAt, lastHeard) = (.now, .now)
            heartbeats = HeartbeatTimer(agreed: heartbeat, now: openedAt)
        }
    }

    /// Takes whole frames until librabbitmq holds none. Before a channel is open, the broker may send only these.
    private func passOver(whatIsLeftIn state: amqp_connection_state_t) throws(BrokerError.Reason) {
        let deadline = ContinuousClock.now + Self.connectTime
        var frame = unsafe amqp_frame_t()
        while unsafe amqp_data_in_buffer(state) != 0 || amqp_frames_enqueued(state) != 0 {
            var patience = timeval(max(.zero, deadline - .now))
            try check(unsafe amqp_simple_wait_frame_noblock(state, &frame, &patience))
            if unsafe Int32(frame.frame_type) == AMQP_FRAME_HEARTBEAT { continue }
            guard unsafe Int32(frame.frame_type) == AMQP_FRAME_METHOD, unsafe frame.channel == 0 else {
                throw .protocolError("a frame of type \(unsafe frame.frame_type) on channel \(unsafe frame.channel) before one was opened")
            }
            switch unsafe frame.payload.method.id {
            case AMQP_CONNECTION_BLOCKED_METHOD, AMQP_CONNECTION_UNBLOCKED_METHOD: continue
            case AMQP_CONNECTION_CLOSE_METHOD: throw .socket("the broker closed it right after the login")
            case let id: throw .protocolError("the method \(id >> 16).\(id & 0xFFFF) before a channel was opened")
            }
        }
    }

    private func check(_ reply: amqp_rpc_reply_t, of state: amqp_connection_state_t) throws(BrokerError.Reason) {
        switch unsafe reply.reply_type {
        case AMQP_RESPONSE_NORMAL: return
        case AMQP_RESPONSE_SERVER_EXCEPTION:
            guard unsafe reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD, let decoded = unsafe reply.reply.decoded else {
                throw .protocolError("an unexpected answer to the login")
            }
            let close = unsafe decoded.assumingMemoryBound(to: amqp_connection_close_t.self).pointee
            let (code, text) = unsafe (close.reply_code, close.reply_text.text)
            var confirmation = amqp_connection_close_ok_t()
            _ = unsafe amqp_send_method(state, 0, AMQP_CONNECTION_CLOSE_OK_METHOD, &confirmation)
            switch ReplyCode(code) {
            case .accessRefused: throw .accessRefused(text)
            default:
                switch BrokerComplaint(code: code, text: text) {
                case .vhostMissing, .vhostClosedToUser: throw .vhostNotFound(text)
                default: throw .closedByServer(code: code, text: text)
                }
            }
        default: throw unsafe loginFailure(reply.library_error)
        }
    }

    private func openingFailure(
        _ status: Int32, _ code: Int32, _ parameters: ConnectionParameters, verdict: Int
    ) -> BrokerError.Reason {
        switch status {
        case AMQP_STATUS_HOSTNAME_RESOLUTION_FAILED.rawValue: .unreachable("the host name is unknown")
        case AMQP_STATUS_TIMEOUT.rawValue: .unreachable("no answer within \(Self.connectTime)")
        // If the refusal comes a little later, errno does not show it.
        case AMQP_STATUS_SOCKET_ERROR.rawValue where code == 0 || code == EINPROGRESS:
            .unreachable("connection refused, or no way to the host")
        case AMQP_STATUS_SOCKET_ERROR.rawValue: unsafe .unreachable(String(cString: strerror(code)))
        case AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED.rawValue, AMQP_STATUS_SSL_PEER_VERIFY_FAILED.rawValue,
            AMQP_STATUS_SSL_CONNECTION_FAILED.rawValue, AMQP_STATUS_SSL_ERROR.rawValue:
            handshakeFailure(parameters, verdict: parameters.tls.verify ? verdict : 0)
        default: failure(status)
        }
    }

    /// OpenSSL's verdict on the certificate, if there is one, says more than its error about the handshake.
    private func handshakeFailure(_ parameters: ConnectionParameters, verdict: Int) -> BrokerError.Reason {
        guard let fault = TLSFault(verdict: verdict) else {
            return .tls("handshake failed\(complaint())", TLSFault(complaint: crabbitmq_tls_complaint_reason()))
        }
        let text = unsafe String(cString: X509_verify_cert_error_string(verdict))
        let name = fault == .wrongName ? ", which was to be '\(parameters.tls.serverName ?? parameters.endpoint.host)'" : ""
        return .tls("certificate verify failed: \(text)\(name)", fault)
    }

    private func loginFailure(_ status: Int32) -> BrokerError.Reason {
        switch status {
        case AMQP_STATUS_TIMEOUT.rawValue: .timedOut("the login within \(Self.connectTime)")
        case AMQP_STATUS_CONNECTION_CLOSED.rawValue, AMQP_STATUS_SOCKET_ERROR.rawValue:
            .socket(
                "closed during the login; the port expects \(Self.otherScheme), or the login took longer than handshake_timeout in rabbitmq.conf"
            )
        case AMQP_STATUS_SSL_ERROR.rawValue:
            .tls("refused after the handshake\(complaint())", TLSFault(complaint: crabbitmq_tls_complaint_reason()))
        case AMQP_STATUS_BAD_AMQP_DATA.rawValue, AMQP_STATUS_WRONG_METHOD.rawValue, AMQP_STATUS_INCOMPATIBLE_AMQP_VERSION.rawValue:
            .protocolError("what answers there does not speak AMQP 0-9-1")
        case AMQP_STATUS_BROKER_UNSUPPORTED_SASL_METHOD.rawValue: .unsupported("the broker does not offer logging in by password (PLAIN)")
        default: failure(status)
        }
    }

    private static var otherScheme: String { "amqps:// (TLS)" }

    /// The text of OpenSSL's last error. OpenSSL keeps it for each thread, and opening stays on one thread.
    private func complaint() -> String {
        guard let text = unsafe crabbitmq_tls_complaint() else { return "" }
        return unsafe ": " + String(cString: text)
    }

    private func clientProperties(name: String) -> FieldTable {
        var capabilities = FieldTable()
        for capability in ["consumer_cancel_notify", "connection.blocked", "basic.nack", "publisher_confirms"] {
            capabilities.append(capability, .boolean(true))
        }
        var properties = FieldTable()
        properties.append("product", .string("Warren"))
        properties.append("connection_name", .string(name))
        properties.append("capabilities", capabilities)
        return properties
    }
}

/// The error for a status of librabbitmq while the connection is in use. Call it at once, because it reads errno.
func failure(_ status: Int32) -> BrokerError.Reason {
    let code = errno
    switch status {
    case AMQP_STATUS_HEARTBEAT_TIMEOUT.rawValue: return .heartbeatMissed
    case AMQP_STATUS_CONNECTION_CLOSED.rawValue: return .socket("the broker closed it without a word")
    case AMQP_STATUS_SOCKET_ERROR.rawValue: return unsafe .socket(String(cString: strerror(code)))
    case AMQP_STATUS_BAD_AMQP_DATA.rawValue, AMQP_STATUS_UNKNOWN_CLASS.rawValue, AMQP_STATUS_UNKNOWN_METHOD.rawValue,
        AMQP_STATUS_WRONG_METHOD.rawValue:
        return .protocolError(errorText(status))
    default: return .socket(errorText(status))
    }
}

private func errorText(_ status: Int32) -> String {
    unsafe amqp_error_string2(status).map { unsafe String(cString: $0) } ?? "status \(status)"
}

/// Lends `encoded`, a field table with its size in front, as a table of librabbitmq. Returns `nil` if it is not a field table.
func withTable<Value>(_ encoded: [UInt8], _ body: (amqp_table_t) -> Value) -> Value? {
    var pool = unsafe amqp_pool_t()
    unsafe init_amqp_pool(&pool, 4096)
    defer { unsafe empty_amqp_pool(&pool) }
    return unsafe encoded.withUnsafeBytes { bytes in
        var table = unsafe amqp_table_t()
        var offset = 0
        // The decoded table points into `bytes` and the pool; both outlive `body`.
        let input = unsafe amqp_bytes_t(len: bytes.count, bytes: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
        guard unsafe amqp_decode_table(input, &pool, &table, &offset) == AMQP_STATUS_OK.rawValue else { return nil }
        return unsafe body(table)
    }
}

extension TLSSettings.Version {
    /// As OpenSSL counts it.
    fileprivate var number: Int32 {
        switch self {
        case .tls12: TLS1_2_VERSION
        case .tls13: TLS1_3_VERSION
        }
    }
}

extension timeval {
    init(_ duration: Duration) {
        self.init(tv_sec: Int(duration.components.seconds), tv_usec: Int(duration.components.attoseconds / 1_000_000_000_000))
    }
}

extension amqp_bytes_t {
    /// The bytes as text, copied.
    fileprivate var text: String {
        let start = unsafe bytes?.assumingMemoryBound(to: UInt8.self)
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: start == nil ? 0 : len), as: UTF8.self)
    }
}

extension Connection {
    /// The `version` among the server properties (AMQP 0-9-1, 1.4.2.1), at most 64 bytes; `nil` if the broker sends none.
    var brokerVersion: String? {
        unsafe handle.withState { state in
            guard let table = unsafe amqp_get_server_properties(state) else { return nil }
            for index in 0..<Int(unsafe table.pointee.num_entries) {
                let entry = unsafe table.pointee.entries[index]
                guard unsafe text(entry.key) == "version", unsafe entry.value.kind == UInt8(ascii: "S") else { continue }
                return unsafe text(entry.value.value.bytes)
            }
            return nil
        }
    }

    private func text(_ bytes: amqp_bytes_t) -> String {
        unsafe String(decoding: UnsafeRawBufferPointer(start: bytes.bytes, count: min(bytes.len, 64)), as: UTF8.self)
    }
}
