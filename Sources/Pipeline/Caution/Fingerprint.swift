internal import Messages

extension Delivery {
    /// FNV-1a over queue, routing key and body: the same in every process, however often the message was delivered.
    func fingerprint(queue: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for byte in queue.utf8 { add(byte) }
        for byte in route.routingKey.utf8 { add(byte) }
        for byte in body { add(byte) }
        return hash
    }
}
