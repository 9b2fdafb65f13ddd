/// A method by the numbers of its class and its own (AMQP 0-9-1, 1.4 to 1.8, and RabbitMQ's extensions).
public struct MethodID: Hashable, Sendable {
    /// Of its class.
    public let classNumber: UInt16
    /// Its own.
    public let methodNumber: UInt16

    /// By its numbers, which need not exist.
    public init(_ classNumber: UInt16, _ methodNumber: UInt16) {
        self.classNumber = classNumber
        self.methodNumber = methodNumber
    }

    package static let connectionStart = MethodID(10, 10)
    package static let connectionStartOk = MethodID(10, 11)
    package static let connectionTune = MethodID(10, 30)
    package static let connectionTuneOk = MethodID(10, 31)
    package static let connectionOpen = MethodID(10, 40)
    package static let connectionOpenOk = MethodID(10, 41)
    package static let connectionClose = MethodID(10, 50)
    package static let connectionCloseOk = MethodID(10, 51)
    package static let connectionBlocked = MethodID(10, 60)
    package static let channelOpen = MethodID(20, 10)
    package static let channelOpenOk = MethodID(20, 11)
    package static let channelFlow = MethodID(20, 20)
    package static let channelClose = MethodID(20, 40)
    package static let channelCloseOk = MethodID(20, 41)
    package static let queueDeclare = MethodID(50, 10)
    package static let queueDeclareOk = MethodID(50, 11)
    package static let basicQos = MethodID(60, 10)
    package static let basicQosOk = MethodID(60, 11)
    package static let basicConsume = MethodID(60, 20)
    package static let basicConsumeOk = MethodID(60, 21)
    package static let basicCancel = MethodID(60, 30)
    package static let basicCancelOk = MethodID(60, 31)
    package static let basicPublish = MethodID(60, 40)
    package static let basicReturn = MethodID(60, 50)
    package static let basicDeliver = MethodID(60, 60)
    package static let basicGet = MethodID(60, 70)
    package static let basicGetOk = MethodID(60, 71)
    package static let basicGetEmpty = MethodID(60, 72)
    package static let basicAck = MethodID(60, 80)
    package static let basicReject = MethodID(60, 90)
    package static let basicNack = MethodID(60, 120)
    package static let confirmSelect = MethodID(85, 10)
    package static let confirmSelectOk = MethodID(85, 11)
}
