internal import CRabbitMQ
internal import Glibc
internal import Messages
internal import Synchronization

/// What `basic.nack` does to a message of a quorum queue that has no delivery limit of its own.
struct ReturnTrial: Equatable {
    /// It counts as a delivery that failed.
    let isCounted: Bool
    /// The message is where it was, and not at the end of the queue.
    let keepsPlace: Bool

    var cost: BrowseCost {
        switch (isCounted, keepsPlace) {
        case (false, true): .nothing(.nack)
        case (true, true): .delivery(.nack)
        // At the end of the queue it would be looked at again, if it were given back before the look is over.
        case (_, false): .delivery(.channelClose)
        }
    }
}

/// What trials have shown, for each version of RabbitMQ: a version does not change its ways.
public final class ReturnTrials: Sendable {
    private let results = Mutex<[String: ReturnTrial]>([:])

    /// Nothing is known yet.
    public init() {}

    /// What is known of the version. `trial` is made if that is nothing; what it could not find out is not remembered.
    func result(_ version: String?, trial: () throws(BrokerError) -> ReturnTrial?) throws(BrokerError) -> ReturnTrial? {
        if let version, let known = results.withLock({ $0[version] }) { return known }
        let result = try trial()
        if let version, let result { results.withLock { $0[version] = result } }
        return result
    }
}

extension Connection {
    private static let limitArgument = "x-delivery-limit"
    /// The name of the queue in which a trial is made; random digits follow.
    private static let trialPrefix = "warren.trial."
    /// Should it be left behind, RabbitMQ deletes it after so many milliseconds.
    private static let trialMilliseconds: Int64 = 60_000
    /// For a message to arrive, or to come back.
    private static let trialTime: Duration = .seconds(5)

    /// Asks what a look at the queue costs, without touching a message of it.
    ///
    /// Its type is told to who may read from it. Without the right to configure it a lower limit of its own stays unknown, and without the right to
    /// configure a queue for a trial each look is taken to count.
    func terms(of queue: String, _ trials: ReturnTrials) throws(BrokerError) -> BrowseTerms {
        switch try consuming(queue, asksType: true).type {
        case "classic": return BrowseTerms(cost: .nothing(.channelClose))
        case "quorum":
            let declared = try properties(of: queue)?.arguments[Self.limitArgument].flatMap { Int($0) }
            let trial = try trials.result(brokerVersion) { () throws(BrokerError) in try tryReturning() }
            return BrowseTerms(cost: trial?.cost ?? .delivery(.channelClose), limit: min(max(0, declared ?? .max), BrowseCost.assumedLimit))
        case "stream": return BrowseTerms(cost: .unknown("it is a stream"))
        default: return BrowseTerms(cost: .unknown("it refuses a consumer in words that are not known"))
        }
    }

    /// Gives the first of two messages back in a quorum queue of our own, and looks what became of it. nil: it could not be tried.
    private func tryReturning() throws(BrokerError) -> ReturnTrial? {
        let queue = Self.trialPrefix + String(UInt64.random(in: .min ... .max), radix: 16)
        let declaration = QueueDeclaration(
            name: queue, arguments: [("x-queue-type", .string("quorum")), ("x-expires", .integer(Self.trialMilliseconds))])
        guard case .declared = try declare(declaration, passive: false) else { return nil }
        let answer = try onOwnChannel(about: queue) { channel throws(BrokerError.Reason) -> ReturnTrial? in
            var contents = [ContentAssembly(.fetched)]
            let persistent: [UInt8] = [0x10, 0, MessageProperties.persistent]
            for body in [[UInt8]([1]), [2]] {
                try publish(exchange: "", routingKey: queue, properties: persistent, body: body[...], channel: channel)
            }
            guard let first = try fetchWaiting(queue, &contents, channel) else { return nil }
            try sendGivingBack(through: first.tag, channel: channel)
            var (next, keepsPlace) = (try fetchWaiting(queue, &contents, channel), true)
            if let other = next, other.body != first.body { (next, keepsPlace) = (try fetchWaiting(queue, &contents, channel), false) }
            guard let next, next.body == first.body, next.redelivered else { return nil }
            return ReturnTrial(isCounted: next.countedReturns > 0, keepsPlace: keepsPlace)
        }
        _ = try onOwnChannel(about: queue) { channel throws(BrokerError.Reason) in try delete(queue, channel: channel) }
        if case .success(let trial) = answer { return trial }
        return nil
    }

    /// The next message, which may be on its way yet.
    private func fetchWaiting(
        _ queue: String, _ contents: inout [ContentAssembly], _ channel: UInt16
    ) throws(BrokerError.Reason) -> Delivery? {
        let deadline = ContinuousClock.now + Self.trialTime
        while ContinuousClock.now < deadline {
            try sendGet(channel: channel, queue: queue)
            if case .delivery(let delivery) = try answer(into: &contents, within: Self.trialTime) { return delivery }
            usleep(2000)
        }
        return nil
    }

    /// Gives back everything up to this message that is neither acknowledged nor given back.
    func sendGivingBack(through tag: DeliveryTag, channel: UInt16) throws(BrokerError.Reason) {
        precondition(tag.rawValue > 0, "delivery tags count from 1")
        try unsafe sending { state in unsafe amqp_basic_nack(state, channel, tag.rawValue, 1, 1) }
    }
}
