internal import CRabbitMQ

/// The fields before the properties of a content header (AMQP 0-9-1, 2.3.5.2): class, weight and body size.
struct ContentHeader: Equatable {
    /// Bytes before the property flags.
    static let fixedBytes = 12

    /// The size of the body that follows, as announced.
    let bodyBytes: UInt64

    /// Reads the front of a content header's payload.
    init(_ payload: Span<UInt8>) throws(ProtocolViolation) {
        var index = 0
        guard let contentClass = payload.number(UInt16.self, at: &index), payload.number(UInt16.self, at: &index) != nil,
            let bodyBytes = payload.number(UInt64.self, at: &index)
        else { throw ProtocolViolation("a content header of \(payload.count) bytes") }
        guard Int32(contentClass) == AMQP_BASIC_CLASS else { throw ProtocolViolation("a content header of class \(contentClass)") }
        self.bodyBytes = bodyBytes
    }
}
