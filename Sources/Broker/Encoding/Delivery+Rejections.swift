public import Messages

extension Delivery {
    /// How often this queue's consumers have rejected the message before, as RabbitMQ counts in `x-death`: one table for each queue and reason
    /// (rabbitmq.com, Dead Letter Exchanges). 0 if `x-death` is missing or cannot be read.
    public func rejections(from queue: String) -> Int {
        guard let deaths = MessageProperties(encodedProperties)?.headers.last(where: { $0.name.elementsEqual("x-death".utf8) })?.value,
            deaths.first == UInt8(ascii: "A")
        else { return 0 }
        var (reader, count) = (FieldReader(deaths.dropFirst(5)), 0)
        while let field = reader.fieldValue() {
            guard let death = Death(field), death.queue == queue, death.reason == "rejected" else { continue }
            count = max(count, Int(clamping: death.count))
        }
        return count
    }
}

/// One table of `x-death`.
private struct Death {
    private(set) var queue = ""
    private(set) var reason = ""
    private(set) var count: Int64 = 0

    /// `nil` if the bytes are not a table.
    init?(_ field: ArraySlice<UInt8>) {
        guard field.first == UInt8(ascii: "F") else { return nil }
        var reader = FieldReader(field.dropFirst(5))
        while let name = reader.shortString(), let value = reader.fieldValue() {
            switch (String(decoding: name, as: UTF8.self), HeaderValue(value)) {
            case ("queue", .string(let text)?): queue = text
            case ("reason", .string(let text)?): reason = text
            case ("count", .integer(let number)?): count = number
            default: continue
            }
        }
    }
}
