import Messages
import Twins

@testable import Broker

/// libFuzzer calls this with what a content header may contain behind the body's size: property flags, properties, and a table of headers.
///
/// What Warren makes of it is compared with a plain reader that shares no code with it, and what it publishes again with what it read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzProperties(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let delivery = Delivery(
        tag: 1, redelivered: false, route: Route(exchange: "", routingKey: ""), contentEncoding: .identity, timestamp: nil, bytes: input,
        bodyBytes: 0)
    let (properties, twin) = (MessageProperties(delivery.encodedProperties), PropertiesTwin(input))
    must((properties == nil) == (twin == nil), "one can read it and the other cannot")
    guard let properties, let twin else {
        must(delivery.headers.isEmpty && delivery.headerFields.isEmpty, "headers of what cannot be read")
        return 0
    }
    checkFields(delivery, properties, twin)
    checkPublishing(properties, twin)
    return 0
}

private func checkFields(_ delivery: Delivery, _ properties: MessageProperties, _ twin: PropertiesTwin) {
    must(properties.headers.count == twin.headers.count, "another number of headers")
    for (header, other) in zip(properties.headers, twin.headers) {
        must(Array(header.name) == other.name && Array(header.value) == other.value, "another header")
    }
    must(delivery.headerFields.count == twin.headers.count, "not all headers are shown")
    must(delivery.headers.count <= twin.headers.count, "headers that are not there")
    _ = delivery.countedReturns
    let texts = twin.properties.filter { $0.bit != 13 }
    must(delivery.propertyFields.map(\.bytes) == texts.map(\.payloadBytes), "other properties are shown")
}

/// Published again it reads the same, whatever is added; and so it does a second time.
private func checkPublishing(_ properties: MessageProperties, _ twin: PropertiesTwin) {
    let plain = properties.encoded(adding: [], as: "guest", limit: 1 << 20).flatMap { PropertiesTwin($0) }
    must(plain != nil, "what is published again cannot be read")
    let added: [(name: String, value: HeaderValue)] = [
        ("warren-reason", .string("x")), ("warren-attempts", .integer(-1)), ("warren-failed-at", .timestamp(1)), ("flag", .boolean(true)),
    ]
    let limit = 64 + twin.bytes
    guard let parked = properties.encoded(adding: added, as: "guest", passage: .parked, limit: limit) else { return }
    must(parked.count <= limit, "larger than it may be")
    guard let first = MessageProperties(parked[...]), PropertiesTwin(parked) != nil else { fatalError("what is parked cannot be read") }
    // What was left out of the first letter is no news for the second.
    guard !first.headers.contains(where: { $0.name.elementsEqual(MessageProperties.omittedHeader.utf8) }) else { return }
    let again = first.encoded(adding: [], as: "guest", passage: .parked, limit: 1 << 20)
    must(again == parked, "parked and published again it is another message")
}
