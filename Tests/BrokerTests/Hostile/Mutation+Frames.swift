import HostileBroker

extension Mutation {
    /// Wrong at every moment: no frame of AMQP 0-9-1 looks like this.
    static let frames: [Mutation] = types + ends + sizes + strangers

    private static let types: [Mutation] = ([0, 4, 5, 7, 9, 0x41, 0xCE, 0xFF] as [UInt8]).map { type in
        var mutation = Mutation("a frame of type \(type)") { Wire.frame(type, channel: $0, [0, 0, 0, 0]) }
        mutation.isWellFramed = true
        return mutation
    }

    private static let ends: [Mutation] = [
        Mutation("a method with a wrong end") { Wire.frame(FrameType.method, channel: $0, Wire.payload(of: .basicQosOk), end: 0xCD) },
        Mutation("a header with a wrong end") {
            Wire.frame(FrameType.header, channel: $0, [0, 60, 0, 0] + [UInt8](repeating: 0, count: 10), end: 0)
        },
        Mutation("a body with a wrong end") { Wire.frame(FrameType.body, channel: $0, [0x7B], end: 0xFF) },
        Mutation("a heartbeat with a wrong end") { _ in Wire.frame(FrameType.heartbeat, channel: 0, [], end: 8) },
    ]

    /// What follows is enough that a reader which believes the size less one, or counts it as signed, finds an end it does not deserve.
    private static let sizes: [Mutation] = [FrameType.method, FrameType.body, FrameType.heartbeat].flatMap { type in
        ([131_073, 0x00FF_FFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF7, 0xFFFF_FFFF] as [UInt32]).map { size in
            Mutation("a frame of type \(type) and \(size) bytes") {
                Wire.frame(type, channel: $0, [UInt8](repeating: FrameType.end, count: 64), size: size)
            }
        }
    }

    private static let strangers: [Mutation] = [
        Mutation("a protocol header") { _ in Array("AMQP".utf8) + [0, 0, 9, 1] },
        Mutation("HTTP") { _ in Array("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".utf8) },
        Mutation("a method of no bytes") { Wire.frame(FrameType.method, channel: $0, []) },
        Mutation("a method of one byte") { Wire.frame(FrameType.method, channel: $0, [0]) },
        Mutation("a method of three bytes") { Wire.frame(FrameType.method, channel: $0, [0, 60, 0]) },
        Mutation("a header of no bytes") { Wire.frame(FrameType.header, channel: $0, []) },
        Mutation("a header of thirteen bytes") { Wire.frame(FrameType.header, channel: $0, [0, 60] + [UInt8](repeating: 0, count: 11)) },
        Mutation("a header on channel 0") { _ in Wire.header(channel: 0, bodyBytes: 0) },
        Mutation("a body on channel 0") { _ in Wire.body(channel: 0, [0x7B]) },
        Mutation("a header on a channel that nobody opened") { _ in Wire.header(channel: 77, bodyBytes: 1) },
        Mutation("a body on the last channel") { _ in Wire.body(channel: .max, [0x7B]) },
    ]

    /// Cut off: only the end of the connection shows it.
    static let stumps: [Mutation] = [
        Mutation("nothing", .ended) { _ in [] },
        Mutation("half a frame's head", .ended) { Array(Wire.method(.basicQosOk, channel: $0).prefix(4)) },
        Mutation("a head without its payload", .ended) { Array(Wire.method(.basicQosOk, channel: $0).prefix(7)) },
        Mutation("a payload cut off", .ended) { Array(Answers.deliver($0, tag: 1).prefix(20)) },
        Mutation("a frame without its end", .ended) { Array(Wire.header(channel: $0, bodyBytes: 4).dropLast()) },
        Mutation("a large header that never comes", .ended) {
            Array(Wire.frame(FrameType.header, channel: $0, [0, 60], size: 1 << 20).prefix(9))
        },
        Mutation("a huge header that never comes", .ended) {
            Array(Wire.frame(FrameType.header, channel: $0, [0, 60], size: 0x7FFF_FFFF).prefix(9))
        },
    ]
}
