/// What a broker that behaves says, frame by frame.
public enum Answers {
    /// The consumer tag that deliveries carry.
    static let consumerTag = "hostile"
    /// What `connection.tune` offers.
    public static let frameMax: UInt32 = 131_072

    /// `connection.start`.
    public static func start() -> [UInt8] {
        Wire.method(.connectionStart, channel: 0) {
            $0.put(UInt8(0))
            $0.put(UInt8(9))
            var properties = Wire()
            for (name, text) in [("product", "RabbitMQ"), ("version", "3.10.8")] {
                properties.put(short: name)
                properties.put(UInt8(ascii: "S"))
                properties.put(long: Array(text.utf8))
            }
            $0.put(long: properties.bytes)
            $0.put(long: Array("PLAIN AMQPLAIN".utf8))
            $0.put(long: Array("en_US".utf8))
        }
    }

    /// `connection.tune`.
    public static func tune(channelMax: UInt16 = 2047, frameMax: UInt32 = frameMax, heartbeat: UInt16 = 60) -> [UInt8] {
        Wire.method(.connectionTune, channel: 0) {
            $0.put(channelMax)
            $0.put(frameMax)
            $0.put(heartbeat)
        }
    }

    /// `connection.open-ok`.
    public static func openOk() -> [UInt8] { Wire.method(.connectionOpenOk, channel: 0) { $0.put(short: "") } }

    /// `channel.open-ok`.
    public static func channelOpenOk(_ channel: UInt16) -> [UInt8] { Wire.method(.channelOpenOk, channel: channel) { $0.put(long: []) } }

    /// `basic.consume-ok`.
    public static func consumeOk(_ channel: UInt16) -> [UInt8] {
        Wire.method(.basicConsumeOk, channel: channel) { $0.put(short: consumerTag) }
    }

    /// `channel.close` over a consumer with a text where a number or a stream is due: it names the queue's type.
    static func refusedConsumer(_ channel: UInt16) -> [UInt8] {
        close(
            .channelClose, channel: channel, code: 406,
            text: "PRECONDITION_FAILED - invalid arg 'x-stream-offset' for queue 'queue' in vhost '/' of queue type rabbit_classic_queue")
    }

    /// `basic.cancel-ok`.
    public static func cancelOk(_ channel: UInt16) -> [UInt8] {
        Wire.method(.basicCancelOk, channel: channel) { $0.put(short: consumerTag) }
    }

    /// `queue.declare-ok`.
    public static func declareOk(_ channel: UInt16, messages: UInt32 = 0, consumers: UInt32 = 1) -> [UInt8] {
        Wire.method(.queueDeclareOk, channel: channel) {
            $0.put(short: "queue")
            $0.put(messages)
            $0.put(consumers)
        }
    }

    /// `basic.deliver`, without its content.
    public static func deliver(_ channel: UInt16, tag: UInt64, redelivered: Bool = false) -> [UInt8] {
        Wire.method(.basicDeliver, channel: channel) {
            $0.put(short: consumerTag)
            $0.put(tag)
            $0.put(UInt8(redelivered ? 1 : 0))
            $0.put(short: "")
            $0.put(short: "queue")
        }
    }

    /// `basic.get-ok`, without its content.
    public static func getOk(_ channel: UInt16, tag: UInt64) -> [UInt8] {
        Wire.method(.basicGetOk, channel: channel) {
            $0.put(tag)
            $0.put(UInt8(0))
            $0.put(short: "")
            $0.put(short: "queue")
            $0.put(UInt32(0))
        }
    }

    /// `basic.get-empty`.
    public static func getEmpty(_ channel: UInt16) -> [UInt8] { Wire.method(.basicGetEmpty, channel: channel) { $0.put(short: "") } }

    /// `basic.return`, without its content.
    public static func returned(_ channel: UInt16) -> [UInt8] {
        Wire.method(.basicReturn, channel: channel) {
            $0.put(UInt16(312))
            $0.put(short: "NO_ROUTE")
            $0.put(short: "")
            $0.put(short: "queue")
        }
    }

    /// `basic.ack`, as a publisher confirm.
    public static func ack(_ channel: UInt16, tag: UInt64, multiple: Bool = false) -> [UInt8] {
        Wire.method(.basicAck, channel: channel) {
            $0.put(tag)
            $0.put(UInt8(multiple ? 1 : 0))
        }
    }

    /// `channel.close` or `connection.close`.
    public static func close(_ id: MethodID, channel: UInt16, code: UInt16 = 541, text: String = "INTERNAL_ERROR") -> [UInt8] {
        Wire.method(id, channel: channel) {
            $0.put(code)
            $0.put(short: text)
            $0.put(UInt16(0))
            $0.put(UInt16(0))
        }
    }

    /// A heartbeat.
    public static let heartbeat = Wire.frame(FrameType.heartbeat, channel: 0, [])
}
