internal import CRabbitMQ

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
