import HostileBroker

extension Mutation {
    /// Contents and methods that are wrong in a session that has begun and had no delivery yet.
    static let contents: [Mutation] =
        [
            Mutation("consume-ok again") { Answers.consumeOk($0) },
            Mutation("a header without a method") { Wire.header(channel: $0, bodyBytes: 2) },
            Mutation("a body without a header") { Wire.body(channel: $0, [0x7B, 0x7D]) },
            Mutation("a body in the place of a header") { Answers.deliver($0, tag: 1) + Wire.body(channel: $0, [0x7B, 0x7D]) },
            Mutation("two methods") { Answers.deliver($0, tag: 1) + Answers.deliver($0, tag: 1) },
            Mutation("two headers") {
                Answers.deliver($0, tag: 1) + Wire.header(channel: $0, bodyBytes: 2) + Wire.header(channel: $0, bodyBytes: 2)
            },
            Mutation("a header of class channel") {
                Answers.deliver($0, tag: 1) + Wire.header(channel: $0, bodyBytes: 2, classNumber: 20)
            },
            Mutation("more body than announced") { content($0, tag: 1, announced: 1) },
            Mutation("a body of no bytes more than announced") { content($0, tag: 1, announced: 0) },
            Mutation("a body of 2^64 - 1 bytes") { content($0, tag: 1, announced: .max) },
            Mutation("a body of 2^63 - 1 bytes") { content($0, tag: 1, announced: UInt64(Int64.max)) },
            Mutation("fetched without a get") {
                Answers.getOk($0, tag: 1) + Wire.header(channel: $0, bodyBytes: 1) + Wire.body(channel: $0, [0x7B])
            },
            Mutation("a delivery on the channel of looks") { _ in
                Answers.deliver(2047, tag: 1) + Wire.header(channel: 2047, bodyBytes: 1) + Wire.body(channel: 2047, [0x7B])
            },
            Mutation("a heartbeat", .harmless) { _ in Answers.heartbeat },
            Mutation("a heartbeat on another channel", .open) { Wire.frame(FrameType.heartbeat, channel: $0, []) },
            Mutation("a heartbeat with a payload", .open) { _ in Wire.frame(FrameType.heartbeat, channel: 0, [1, 2, 3]) },
            Mutation("a return") {
                Answers.returned($0) + Wire.header(channel: $0, bodyBytes: 1) + Wire.body(channel: $0, [0x7B])
            },
            Mutation("a body in empty frames", .open) { channel in
                Wire.frame(FrameType.body, channel: channel, [])
            },
            Mutation("bytes behind a method's arguments", .open) {
                Wire.method(.basicQosOk, channel: $0) { $0.put(raw: [1, 2, 3]) }
            },
            Mutation("the connection is blocked, and why is cut off") { _ in
                Wire.method(.connectionBlocked, channel: 0) { $0.put(raw: [200, 0x61]) }
            },
        ]
        + [0, 2, 3, UInt64(Int64.max), .max].map { tag in
            Mutation("delivery tag \(tag)") { content($0, tag: tag, announced: 2) }
        }
        + [4, 5, 11, 12, 13, 20, 21, 22, 23, 24, 27].map { kept in
            Mutation("a delivery of \(kept) bytes") {
                Wire.frame(FrameType.method, channel: $0, Array(Answers.deliver($0, tag: 1).dropFirst(7).prefix(kept)))
            }
        }

    private static func content(_ channel: UInt16, tag: UInt64, announced: UInt64) -> [UInt8] {
        Answers.deliver(channel, tag: tag) + Wire.header(channel: channel, bodyBytes: announced)
            + Wire.body(channel: channel, [0x7B, 0x7D])
    }
}
