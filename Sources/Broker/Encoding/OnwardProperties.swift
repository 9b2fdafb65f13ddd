public import Messages

extension Delivery {
    /// The properties of an onward message for this delivery, as AMQP encodes them: persistent, from Warren, with the delivery's correlation id and
    /// tracing headers.
    ///
    /// - Parameters:
    ///   - contentType: The content type of its body. `nil` if the body is the delivery's own: then its content type, encoding, type and headers are
    ///     taken over, except the headers that RabbitMQ and Warren write themselves.
    ///   - messageID: Its id. `nil`, or a text of more than 255 bytes, for none.
    ///   - seconds: Its time, in seconds since 1970.
    public func onwardProperties(contentType: String?, messageID: String?, at seconds: UInt64) -> [UInt8] {
        let own = CarriedProperties(encodedProperties)
        let isCopy = contentType == nil
        let type = contentType.map { Array($0.utf8)[...] } ?? own.contentType
        var (flags, fields): (UInt16, [UInt8]) = (0, [])
        func add(_ bit: UInt16, _ text: ArraySlice<UInt8>?) {
            guard let text, text.count <= 255 else { return }
            flags |= 1 << bit
            fields.append(UInt8(text.count))
            fields += text
        }
        add(15, type)
        add(14, isCopy ? own.contentEncoding : nil)
        let table = own.headers(all: isCopy)
        if !table.isEmpty {
            flags |= 1 << 13
            fields += UInt32(clamping: table.count).bigEndianBytes + table
        }
        flags |= 1 << 12
        fields.append(Self.persistent)
        add(10, own.correlationID)
        add(7, messageID.map { Array($0.utf8)[...] })
        flags |= 1 << 6
        fields += seconds.bigEndianBytes
        add(5, isCopy ? own.type : nil)
        add(3, Self.applicationID)
        return flags.bigEndianBytes + fields
    }

    /// `delivery-mode` of a message that survives a restart of the broker (AMQP 0-9-1, 1.8.3.5).
    private static let persistent: UInt8 = 2
    private static let applicationID = Array("warren".utf8)[...]
}

/// The properties that an onward message takes over. None, if they are not encoded as AMQP says.
private struct CarriedProperties {
    private(set) var contentType: ArraySlice<UInt8>?
    private(set) var contentEncoding: ArraySlice<UInt8>?
    private(set) var correlationID: ArraySlice<UInt8>?
    private(set) var type: ArraySlice<UInt8>?
    private var headers: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []

    /// The most bytes of tracing headers that are taken over, so that the properties fit in a frame of any broker.
    private static let traceBytes = 2048
    /// The headers by which tracing systems follow a message (W3C Trace Context and Baggage, Zipkin B3, Jaeger, cloud vendors).
    private static let traceNames: Set<String> = [
        "traceparent", "tracestate", "baggage", "b3", "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags",
        "uber-trace-id", "x-request-id", "x-cloud-trace-context", "x-amzn-trace-id", "sentry-trace",
    ]
    /// Prefixes of headers that belong to one publication or one queue.
    private static let ownersPrefixes = ["warren-", "x-death", "x-first-death-", "x-last-death-", "x-delivery-count", "timestamp_in_ms"]

    init(_ encoded: ArraySlice<UInt8>) {
        guard let properties = MessageProperties(encoded) else { return }
        headers = properties.headers
        var reader = FieldReader(encoded)
        guard let flags = reader.number(UInt16.self) else { return }
        func has(_ bit: UInt16) -> Bool { flags & 1 << bit != 0 }
        if has(15) { contentType = reader.shortString() }
        if has(14) { contentEncoding = reader.shortString() }
        if has(13) { _ = reader.longString() }
        if has(12) { _ = reader.bytes(1) }
        if has(11) { _ = reader.bytes(1) }
        if has(10) { correlationID = reader.shortString() }
        if has(9) { _ = reader.shortString() }
        if has(8) { _ = reader.shortString() }
        if has(7) { _ = reader.shortString() }
        if has(6) { _ = reader.bytes(8) }
        if has(5) { type = reader.shortString() }
    }

    /// The entries that an onward message takes over: `all` except those that belong to one publication or queue, or only the tracing headers.
    func headers(all: Bool) -> [UInt8] {
        var table: [UInt8] = []
        for (name, value) in headers {
            let text = String(decoding: name, as: UTF8.self)
            if all {
                guard !Self.ownersPrefixes.contains(where: text.hasPrefix) else { continue }
            } else {
                guard Self.traceNames.contains(text.lowercased()), table.count + name.count + value.count < Self.traceBytes else {
                    continue
                }
            }
            table.append(UInt8(name.count))
            table += name
            table += value
        }
        return table
    }
}
