import HostileBroker

extension Mutation {
    /// Wrong on the channel of a consumer, and within a content all the more.
    static let methods: [Mutation] = numbers + truncated + outOfPlace

    private static let numbers: [Mutation] = [
        (0, 0), (10, 0), (11, 10), (60, 0), (60, 22), (60, 255), (70, 10), (90, 20), (0xFFFF, 0xFFFF), (60, 0xFFFF),
    ].map { numbers in
        Mutation("method \(numbers.0).\(numbers.1)") {
            Wire.method(MethodID(UInt16(numbers.0), UInt16(numbers.1)), channel: $0) { $0.put(raw: [0, 0, 0, 0]) }
        }
    }

    /// Each ends behind its numbers, within its first field, and within its last. What nobody reads of a method may be missing.
    private static let truncated: [Mutation] = whole.flatMap { name, fieldsRead, method in
        [4, 5, -1].map { kept in
            let isNoticed = fieldsRead == .all || (fieldsRead == .first && kept > 0)
            return Mutation("\(name) cut off, \(kept)", isNoticed ? .violation : .open) {
                let payload = method($0).dropFirst(7).dropLast()
                return Wire.frame(FrameType.method, channel: $0, Array(kept < 0 ? payload.dropLast() : payload.prefix(kept)))
            }
        }
    }

    private enum FieldsRead { case none, first, all }

    private static let whole: [(String, FieldsRead, @Sendable (UInt16) -> [UInt8])] = [
        ("deliver", .all, { Answers.deliver($0, tag: 1) }), ("get-ok", .first, { Answers.getOk($0, tag: 1) }),
        ("return", .all, { Answers.returned($0) }),
        ("channel.close", .first, { Answers.close(.channelClose, channel: $0) }), ("declare-ok", .all, { Answers.declareOk($0) }),
        ("ack", .all, { Answers.ack($0, tag: 1) }), ("consume-ok", .all, { Answers.consumeOk($0) }),
        ("cancel-ok", .none, { Answers.cancelOk($0) }),
        ("channel.open-ok", .none, { Answers.channelOpenOk($0) }),
    ]

    private static let outOfPlace: [Mutation] = [
        Mutation("connection.start") { _ in Answers.start() },
        Mutation("connection.tune") { _ in Answers.tune() },
        Mutation("connection.open-ok") { _ in Answers.openOk() },
        Mutation("connection.close-ok nobody asked for") { _ in Wire.method(.connectionCloseOk, channel: 0) },
        Mutation("queue.declare") {
            Wire.method(.queueDeclare, channel: $0) {
                $0.put(UInt16(0))
                $0.put(short: "queue")
                $0.put(UInt8(0))
                $0.put(long: [])
            }
        },
        Mutation("declare-ok nobody asked for") { Answers.declareOk($0) },
        Mutation("confirm.select-ok") { Wire.method(.confirmSelectOk, channel: $0) },
        Mutation("get-empty") { Answers.getEmpty($0) },
        Mutation("ack") { Answers.ack($0, tag: 1) },
        Mutation("a delivery on channel 0") { _ in Answers.deliver(0, tag: 1) },
        Mutation("a delivery on a channel that nobody opened") { _ in Answers.deliver(77, tag: 1) },
        Mutation("a delivery on the last channel") { _ in Answers.deliver(.max, tag: 1) },
        Mutation("a return on channel 0") { _ in Answers.returned(0) },
    ]
}
