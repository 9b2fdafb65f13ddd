internal import CRabbitMQ
internal import Messages

extension [ContentAssembly] {
    /// Takes a frame whose ranges are offsets in `bytes`, and puts contents together, number n from channel n + 1. Returns a method that does not
    /// concern a content.
    mutating func take(
        _ frame: Frame, in bytes: Span<UInt8>, bound: inout ReadBound
    ) throws(ProtocolViolation) -> (method: ServerMethod, channel: UInt16)? {
        switch frame {
        case .body(let range, let channel):
            let index = try index(channel, of: "a body frame")
            let isComplete = try self[index].body(bytes.extracting(range))
            bound.count(messages: isComplete ? 1 : 0)
        case .contentHeader(let range, let channel):
            let index = try index(channel, of: "a content header")
            let payload = bytes.extracting(range)
            let header = try ContentHeader(payload)
            let properties = payload.extracting(ContentHeader.fixedBytes..<payload.count)
            let isComplete = try self[index].header(bodyBytes: header.bodyBytes, properties: properties)
            bound.count(messages: isComplete ? 1 : 0)
        case .skippedContentHeader(let bodyBytes, let headerBytes, let channel):
            let index = try index(channel, of: "a content header")
            let isComplete = try self[index].header(bodyBytes: bodyBytes, skipped: .tooLarge(headerBytes: headerBytes))
            bound.count(messages: isComplete ? 1 : 0)
        case .method(let range, let channel): return try takeMethod(bytes.extracting(range), channel: channel)
        case .heartbeat: break
        }
        return nil
    }

    private mutating func takeMethod(
        _ payload: Span<UInt8>, channel: UInt16
    ) throws(ProtocolViolation) -> (method: ServerMethod, channel: UInt16)? {
        var index = 0
        guard let id = payload.number(UInt32.self, at: &index) else { throw ProtocolViolation("a method frame of \(payload.count) bytes") }
        switch id {
        case AMQP_BASIC_DELIVER_METHOD:
            // The consumer tag is the channel's.
            guard payload.shortString(at: &index) != nil else { throw Self.cutOff("basic.deliver") }
            try beginDelivery(payload, at: index, channel: channel, .delivered, name: "basic.deliver")
        case AMQP_BASIC_GET_OK_METHOD: try beginDelivery(payload, at: index, channel: channel, .fetched, name: "basic.get-ok")
        case AMQP_BASIC_RETURN_METHOD: try beginReturn(payload, at: index, channel: channel)
        default: return (try ServerMethod(id: id, fields: payload.extracting(index..<payload.count)), channel)
        }
        return nil
    }

    private mutating func beginDelivery(
        _ payload: Span<UInt8>, at index: Int, channel: UInt16, _ kind: ContentKinds, name: StaticString
    ) throws(ProtocolViolation) {
        var index = index
        guard let tag = payload.number(UInt64.self, at: &index), let bits = payload.number(UInt8.self, at: &index),
            let exchange = payload.shortString(at: &index), let routingKey = payload.shortString(at: &index)
        else { throw Self.cutOff(name) }
        let assembly = try self.index(channel, of: "a \(name)")
        guard self[assembly].accepted.contains(kind) else { throw Self.unasked(name, channel) }
        try self[assembly].begin(
            .delivery(DeliveryTag(rawValue: tag), redelivered: bits & 1 != 0), exchange: payload.extracting(exchange),
            routingKey: payload.extracting(routingKey))
    }

    private mutating func beginReturn(_ payload: Span<UInt8>, at index: Int, channel: UInt16) throws(ProtocolViolation) {
        var index = index
        guard let code = payload.number(UInt16.self, at: &index), let text = payload.shortString(at: &index),
            let exchange = payload.shortString(at: &index), let routingKey = payload.shortString(at: &index)
        else { throw Self.cutOff("basic.return") }
        let assembly = try self.index(channel, of: "a basic.return")
        guard self[assembly].accepted.contains(.returned) else { throw Self.unasked("basic.return", channel) }
        try self[assembly].begin(
            .returned(code: code, text: payload.text(text)), exchange: payload.extracting(exchange),
            routingKey: payload.extracting(routingKey))
    }

    private static func unasked(_ name: StaticString, _ channel: UInt16) -> ProtocolViolation {
        ProtocolViolation("a \(name) on channel \(channel), which has asked for none")
    }

    private static func cutOff(_ name: StaticString) -> ProtocolViolation {
        ProtocolViolation("the method \(name) ends within its arguments")
    }

    private func index(_ channel: UInt16, of what: @autoclosure () -> String) throws(ProtocolViolation) -> Int {
        let index = Int(channel) - 1
        guard indices.contains(index) else { throw ProtocolViolation("\(what()) on channel \(channel)") }
        return index
    }
}

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
