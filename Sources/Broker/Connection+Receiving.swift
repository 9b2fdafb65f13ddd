internal import CLinux
internal import CRabbitMQ
internal import Glibc
internal import Mapping

/// Why reading stopped.
enum Reading: Equatable {
    /// Nothing is left that would not wake a sleep on the socket.
    case dry
    /// The bound is reached, there may be more.
    case bounded
    /// A method to be looked at; the contents before it are complete.
    case method(ServerMethod, channel: UInt16)
}

/// How much one round of reading may bring.
struct ReadBound {
    /// Messages; enough that the cost of a round vanishes, few enough that acknowledgements do not wait for long.
    static let messages = 512
    /// Body bytes.
    static let bytes = 1 << 20

    private(set) var messagesLeft = messages
    private(set) var bytesLeft = bytes

    var isReached: Bool { messagesLeft <= 0 || bytesLeft <= 0 }

    mutating func count(messages: Int, bytes: Int) {
        messagesLeft -= messages
        bytesLeft -= bytes
    }
}

extension Connection {
    /// True if librabbitmq holds what it has read and not given out. A send that finds the socket full reads, too: to be asked before every sleep.
    var holdsFrames: Bool {
        unsafe handle.withState { unsafe amqp_data_in_buffer($0) != 0 || amqp_frames_enqueued($0) != 0 }
    }

    /// True if the socket has something to read, its end included.
    var hasUnreadBytes: Bool {
        var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&watched, 1, 0) > 0
    }

    /// Reads frames without waiting until something stops it, and puts contents together: `contents[n]` belongs to channel n + 1.
    func read(into contents: inout [ContentAssembly], bound: inout ReadBound) throws(BrokerError.Reason) -> Reading {
        try unsafe handle.withState { state throws(BrokerError.Reason) in
            var frame = unsafe amqp_frame_t()
            while !bound.isReached {
                var now = timeval()
                let status = unsafe amqp_simple_wait_frame_noblock(state, &frame, &now)
                if status == AMQP_STATUS_TIMEOUT.rawValue { return .dry }
                guard status == AMQP_STATUS_OK.rawValue else { throw failure(status) }
                let method: ServerMethod?
                do throws(ProtocolViolation) {
                    method = try unsafe take(frame, into: &contents, bound: &bound)
                } catch {
                    throw .protocolError(error.text)
                }
                // What `frame` points to is copied by now, and the library may use its memory again.
                unsafe amqp_maybe_release_buffers_on_channel(state, frame.channel)
                if let method { return .method(method, channel: unsafe frame.channel) }
                // Asking the socket again would cost two system calls, and the sleep on it asks anyway. TLS may have read more than it told.
                if !usesTLS && !holdsFrames { return .dry }
            }
            return .bounded
        }
    }

    private func take(
        _ frame: amqp_frame_t, into contents: inout [ContentAssembly], bound: inout ReadBound
    ) throws(ProtocolViolation) -> ServerMethod? {
        let index = unsafe Int(frame.channel) - 1
        switch unsafe Int32(frame.frame_type) {
        case AMQP_FRAME_BODY:
            guard contents.indices.contains(index) else { throw ProtocolViolation("a body frame on channel \(index + 1)") }
            let fragment = unsafe frame.payload.body_fragment.buffer
            let isComplete = try unsafe contents[index].body(Span(_unsafeElements: fragment))
            bound.count(messages: isComplete ? 1 : 0, bytes: fragment.count)
        case AMQP_FRAME_HEADER:
            let header = unsafe frame.payload.properties
            guard contents.indices.contains(index), unsafe Int32(header.class_id) == AMQP_BASIC_CLASS, let decoded = unsafe header.decoded
            else {
                throw ProtocolViolation("a content header on channel \(index + 1)")
            }
            let properties = unsafe decoded.assumingMemoryBound(to: amqp_basic_properties_t.self)
            let encoded = unsafe header.raw.buffer
            let isComplete = try unsafe contents[index].header(
                bodyBytes: header.body_size, properties: Span(_unsafeElements: encoded), contentEncoding: properties.pointee.encoding,
                timestamp: properties.pointee.timestampIfPresent)
            bound.count(messages: isComplete ? 1 : 0, bytes: 0)
        case AMQP_FRAME_METHOD:
            return unsafe try takeMethod(frame.payload.method, index: index, into: &contents)
        default:
            throw ProtocolViolation("a frame of type \(unsafe frame.frame_type)")
        }
        return nil
    }

    private func takeMethod(
        _ method: amqp_method_t, index: Int, into contents: inout [ContentAssembly]
    ) throws(ProtocolViolation) -> ServerMethod? {
        switch unsafe method.id {
        case AMQP_BASIC_DELIVER_METHOD:
            guard contents.indices.contains(index), let decoded = unsafe method.decoded else {
                throw ProtocolViolation("a delivery on channel \(index + 1)")
            }
            let deliver = unsafe decoded.assumingMemoryBound(to: amqp_basic_deliver_t.self).pointee
            let tag = unsafe DeliveryTag(rawValue: deliver.delivery_tag)
            let (exchange, routingKey) = unsafe (deliver.exchange.buffer, deliver.routing_key.buffer)
            try unsafe contents[index].begin(
                .delivery(tag, redelivered: deliver.redelivered != 0), exchange: Span(_unsafeElements: exchange),
                routingKey: Span(_unsafeElements: routingKey))
            return nil
        case AMQP_BASIC_GET_OK_METHOD:
            guard contents.indices.contains(index), let decoded = unsafe method.decoded else {
                throw ProtocolViolation("a fetched message on channel \(index + 1)")
            }
            let fetched = unsafe decoded.assumingMemoryBound(to: amqp_basic_get_ok_t.self).pointee
            let tag = unsafe DeliveryTag(rawValue: fetched.delivery_tag)
            let (exchange, routingKey) = unsafe (fetched.exchange.buffer, fetched.routing_key.buffer)
            try unsafe contents[index].begin(
                .delivery(tag, redelivered: fetched.redelivered != 0), exchange: Span(_unsafeElements: exchange),
                routingKey: Span(_unsafeElements: routingKey))
            return nil
        case AMQP_BASIC_RETURN_METHOD:
            guard contents.indices.contains(index), let decoded = unsafe method.decoded else {
                throw ProtocolViolation("a returned message on channel \(index + 1)")
            }
            let returned = unsafe decoded.assumingMemoryBound(to: amqp_basic_return_t.self).pointee
            let (exchange, routingKey) = unsafe (returned.exchange.buffer, returned.routing_key.buffer)
            try unsafe contents[index].begin(
                .returned(code: returned.reply_code, text: returned.reply_text.text), exchange: Span(_unsafeElements: exchange),
                routingKey: Span(_unsafeElements: routingKey))
            return nil
        default:
            return unsafe ServerMethod(method)
        }
    }
}

extension amqp_basic_properties_t {
    fileprivate var encoding: ContentEncoding {
        let isPresent = unsafe _flags & UInt32(AMQP_BASIC_CONTENT_ENCODING_FLAG) != 0
        return isPresent ? ContentEncoding(name: unsafe content_encoding.text) : .identity
    }

    fileprivate var timestampIfPresent: UInt64? {
        unsafe _flags & UInt32(AMQP_BASIC_TIMESTAMP_FLAG) != 0 ? timestamp : nil
    }
}

extension amqp_bytes_t {
    /// The bytes where they are. Only for the length of one call: the library uses its buffers again.
    fileprivate var buffer: UnsafeBufferPointer<UInt8> {
        let start = unsafe bytes?.assumingMemoryBound(to: UInt8.self)
        return unsafe UnsafeBufferPointer(start: start, count: start == nil ? 0 : len)
    }

    /// The bytes as text, copied.
    var text: String { unsafe String(decoding: buffer, as: UTF8.self) }
}

extension ServerMethod {
    /// Copies what matters out of librabbitmq's memory.
    init(_ method: amqp_method_t) {
        func decoded<Method>(_ type: Method.Type) -> Method? {
            unsafe method.decoded.map { unsafe $0.assumingMemoryBound(to: type).pointee }
        }
        self = .unexpected(id: unsafe method.id)
        switch unsafe method.id {
        case AMQP_CHANNEL_OPEN_OK_METHOD: self = .channelOpenOk
        case AMQP_BASIC_QOS_OK_METHOD: self = .qosOk
        case AMQP_BASIC_CONSUME_OK_METHOD: self = .consumeOk
        case AMQP_BASIC_CANCEL_OK_METHOD: self = .cancelOk
        case AMQP_BASIC_CANCEL_METHOD: self = .consumerCancelled
        case AMQP_CHANNEL_CLOSE_OK_METHOD: self = .channelCloseOk
        case AMQP_CONFIRM_SELECT_OK_METHOD: self = .confirmSelectOk
        case AMQP_BASIC_GET_EMPTY_METHOD: self = .getEmpty
        case AMQP_CONNECTION_CLOSE_OK_METHOD: self = .connectionCloseOk
        case AMQP_CONNECTION_UNBLOCKED_METHOD: self = .unblocked
        case AMQP_CONNECTION_BLOCKED_METHOD:
            if let blocked = unsafe decoded(amqp_connection_blocked_t.self) { self = unsafe .blocked(reason: blocked.reason.text) }
        case AMQP_CHANNEL_CLOSE_METHOD:
            if let close = unsafe decoded(amqp_channel_close_t.self) {
                self = unsafe .channelClose(code: close.reply_code, text: close.reply_text.text)
            }
        case AMQP_CONNECTION_CLOSE_METHOD:
            if let close = unsafe decoded(amqp_connection_close_t.self) {
                self = unsafe .connectionClose(code: close.reply_code, text: close.reply_text.text)
            }
        case AMQP_QUEUE_DECLARE_OK_METHOD:
            if let declared = unsafe decoded(amqp_queue_declare_ok_t.self) {
                self = unsafe .declareOk(ready: Int(declared.message_count), consumers: Int(declared.consumer_count))
            }
        case AMQP_BASIC_ACK_METHOD:
            if let ack = decoded(amqp_basic_ack_t.self) { self = .ack(tag: ack.delivery_tag, multiple: ack.multiple != 0) }
        case AMQP_BASIC_NACK_METHOD:
            if let nack = decoded(amqp_basic_nack_t.self) { self = .nack(tag: nack.delivery_tag, multiple: nack.multiple != 0) }
        default: break
        }
    }
}
