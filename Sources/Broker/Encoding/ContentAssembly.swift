internal import Messages

/// A peer broke the rules of AMQP 0-9-1; the text says which.
struct ProtocolViolation: Error, Equatable {
    let text: String

    init(_ text: String) { self.text = text }
}

/// A message that the broker gave back because no queue took it (`basic.return`).
struct ReturnedMessage: Equatable {
    let replyCode: UInt16
    let replyText: String
    let route: Route
    /// The body, then the properties as AMQP encodes them.
    let bytes: [UInt8]
    let bodyBytes: Int

    var body: ArraySlice<UInt8> { bytes[..<bodyBytes] }
    var encodedProperties: ArraySlice<UInt8> { bytes[bodyBytes...] }
}

/// The contents that a channel has asked for. A channel that takes only some of them would otherwise gather the others for ever.
struct ContentKinds: OptionSet {
    static let delivered = ContentKinds(rawValue: 1)
    static let fetched = ContentKinds(rawValue: 2)
    static let returned = ContentKinds(rawValue: 4)
    static let all: ContentKinds = [.delivered, .fetched, .returned]

    let rawValue: UInt8
}

/// Puts the messages of one channel together: a method, a content header, and body frames until the announced size is there (AMQP 0-9-1, 2.3.5).
///
/// Frames of other channels may come in between. Other frames of this channel may not.
struct ContentAssembly {
    /// An announced body size is not believed beyond this number of bytes: memory is allocated as bytes arrive.
    static let trustedCapacity = 1 << 20

    /// The method a content begins with.
    enum Start: Equatable {
        case delivery(DeliveryTag, redelivered: Bool)
        case returned(code: UInt16, text: String)
    }

    private enum Step {
        case method, header, body
    }

    /// The methods that may begin a content on this channel.
    let accepted: ContentKinds

    /// Complete deliveries that were not taken yet, in order.
    private(set) var deliveries: [Delivery] = []
    /// Complete returns that were not taken yet, in order.
    private(set) var returns: [ReturnedMessage] = []

    private var step = Step.method
    private var start = Start.returned(code: 0, text: "")
    private var missingBytes = 0
    private var bytes: [UInt8] = []
    // Kept for its capacity. The properties arrive before the body and are stored behind it.
    private var properties: [UInt8] = []
    private var scan = PropertyScan(fault: .cutOff)
    // The route of the last message, and its names as encoded in frames. Most messages have the route of the message before.
    private var route = Route(exchange: "", routingKey: "")
    private var exchange: [UInt8] = []
    private var routingKey: [UInt8] = []

    /// An assembly for a channel that has asked for these contents.
    init(_ accepted: ContentKinds = .all) { self.accepted = accepted }

    /// `basic.deliver`, `basic.get-ok` or `basic.return`.
    mutating func begin(_ start: Start, exchange: Span<UInt8>, routingKey: Span<UInt8>) throws(ProtocolViolation) {
        guard step == .method else { throw ProtocolViolation("a method inside a content") }
        if !(self.exchange.hasSameBytes(as: exchange) && self.routingKey.hasSameBytes(as: routingKey)) {
            self.exchange = [UInt8](exchange)
            self.routingKey = [UInt8](routingKey)
            route = Route(
                exchange: String(decoding: self.exchange, as: UTF8.self), routingKey: String(decoding: self.routingKey, as: UTF8.self))
        }
        self.start = start
        step = .header
    }

    /// The content header, with the properties as they are encoded, flags included. Returns true if the message is complete, having no body.
    mutating func header(bodyBytes: UInt64, properties: Span<UInt8>) throws(ProtocolViolation) -> Bool {
        try header(bodyBytes: bodyBytes, encoded: properties, PropertyScan(properties))
    }

    /// The content header of a message whose properties were passed over.
    mutating func header(bodyBytes: UInt64, skipped fault: UnreadableProperties) throws(ProtocolViolation) -> Bool {
        let nothing: [UInt8] = []
        return try header(bodyBytes: bodyBytes, encoded: nothing.span, PropertyScan(fault: fault))
    }

    private mutating func header(bodyBytes: UInt64, encoded: Span<UInt8>, _ scan: PropertyScan) throws(ProtocolViolation) -> Bool {
        guard step == .header else { throw ProtocolViolation("a content header without its method") }
        guard let size = Int(exactly: bodyBytes) else { throw ProtocolViolation("a body of \(bodyBytes) bytes") }
        properties.removeAll(keepingCapacity: true)
        properties.append(bytesOf: encoded)
        self.scan = scan
        bytes = []
        bytes.reserveCapacity(min(size, Self.trustedCapacity) + properties.count)
        missingBytes = size
        step = .body
        if size == 0 { complete() }
        return size == 0
    }

    /// A body frame. Returns true if it completes the message.
    mutating func body(_ fragment: Span<UInt8>) throws(ProtocolViolation) -> Bool {
        guard step == .body else { throw ProtocolViolation("a body frame without its header") }
        guard fragment.count <= missingBytes else { throw ProtocolViolation("more body than its header announced") }
        bytes.append(bytesOf: fragment)
        missingBytes -= fragment.count
        if missingBytes == 0 { complete() }
        return missingBytes == 0
    }

    /// Takes the complete deliveries out.
    mutating func takeDeliveries() -> [Delivery] {
        let taken = deliveries
        deliveries = []
        // The next round will probably bring as many.
        deliveries.reserveCapacity(taken.count)
        return taken
    }

    /// Takes the complete returns out.
    mutating func takeReturns() -> [ReturnedMessage] {
        defer { returns = [] }
        return returns
    }

    private mutating func complete() {
        let bodyBytes = bytes.count
        bytes.append(contentsOf: properties)
        switch start {
        case .delivery(let tag, let redelivered):
            deliveries.append(
                Delivery(
                    tag: tag, redelivered: redelivered, route: route, contentEncoding: scan.contentEncoding, timestamp: scan.timestamp,
                    unreadable: scan.fault, bytes: bytes, bodyBytes: bodyBytes))
        case .returned(let code, let text):
            returns.append(ReturnedMessage(replyCode: code, replyText: text, route: route, bytes: bytes, bodyBytes: bodyBytes))
        }
        bytes = []
        step = .method
    }
}
