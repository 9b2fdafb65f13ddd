internal import CRabbitMQ

extension Connection {
    /// The largest size of a message's properties: a content header is one frame, and needs 20 bytes itself.
    var propertiesLimit: Int { unsafe handle.withState { unsafe Int(amqp_get_frame_max($0)) } - 20 }

    /// `basic.publish`, mandatory. Names have at most 255 bytes. `properties` are encoded as the protocol says, and within ``propertiesLimit``;
    /// otherwise it would fail after a part was sent. Blocks while the broker does not read, until the socket's timeout.
    func publish(
        exchange: String, routingKey: String, properties: [UInt8], body: ArraySlice<UInt8>, channel: UInt16
    ) throws(BrokerError.Reason) {
        try unsafe withBytes(of: exchange) { exchange throws(BrokerError.Reason) in
            try unsafe withBytes(of: routingKey) { routingKey throws(BrokerError.Reason) in
                try unsafe sending { state in
                    unsafe withDecoded(properties) { properties in
                        unsafe body.withUnsafeBytes { body in
                            let body = unsafe amqp_bytes_t(len: body.count, bytes: UnsafeMutableRawPointer(mutating: body.baseAddress))
                            return unsafe amqp_basic_publish(state, channel, exchange, routingKey, 1, 0, properties, body)
                        }
                    }
                }
            }
        }
    }

    private func withDecoded(_ properties: [UInt8], _ body: (UnsafePointer<amqp_basic_properties_t>) -> Int32) -> Int32 {
        var pool = unsafe amqp_pool_t()
        unsafe init_amqp_pool(&pool, 4096)
        defer { unsafe empty_amqp_pool(&pool) }
        return unsafe properties.withUnsafeBytes { bytes in
            var decoded: UnsafeMutableRawPointer?
            // The decoded properties point into `bytes` and the pool. Both outlive `body`.
            let input = unsafe amqp_bytes_t(len: bytes.count, bytes: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            let status = unsafe amqp_decode_properties(UInt16(AMQP_BASIC_CLASS), &pool, input, &decoded)
            guard status == AMQP_STATUS_OK.rawValue, let decoded = unsafe decoded else { return status }
            return unsafe body(UnsafePointer(decoded.assumingMemoryBound(to: amqp_basic_properties_t.self)))
        }
    }
}
