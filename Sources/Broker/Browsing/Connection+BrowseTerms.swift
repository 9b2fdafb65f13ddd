internal import CRabbitMQ
internal import Glibc
internal import Messages
internal import Synchronization

/// What `basic.nack` does to a message of a quorum queue that has no delivery limit of its own.
struct ReturnTrial: Equatable {
    /// It counts as a failed delivery.
    let isCounted: Bool
    /// The message returns to its position, and not to the end of the queue.
    let keepsPosition: Bool

    var cost: BrowseCost {
        switch (isCounted, keepsPosition) {
        case (false, true): .nothing(.nack)
        case (true, true): .delivery(.nack)
        // The browser would meet a message again that it gave back to the end of the queue.
        case (_, false): .delivery(.channelClose)
        }
    }
}

/// The results of trials for each version of RabbitMQ. They hold as long as the process runs.
public final class ReturnTrials: Sendable {
    private let results = Mutex<[String: ReturnTrial]>([:])

    /// No results yet.
    public init() {}

    /// The result for this version. Makes the `trial` if there is none, and remembers its result unless it is `nil`.
    func result(_ version: String?, trial: () throws(BrokerError) -> ReturnTrial?) throws(BrokerError) -> ReturnTrial? {
        if let version, let known = results.withLock({ $0[version] }) { return known }
        let result = try trial()
        if let version, let result { results.withLock { $0[version] = result } }
        return result
    }
}

extension Connection {
    private static let limitArgument = "x-delivery-limit"
    /// The prefix of the name of a trial's queue. Random digits follow.
    private static let trialPrefix = "warren.trial."
    /// RabbitMQ deletes a queue that was left behind after this many milliseconds.
    private static let trialMilliseconds: Int64 = 60_000
    /// How long a message may take to arrive or to come back.
    private static let trialTime: Duration = .seconds(5)

    /// Finds out what fetching from the queue costs, without touching its messages.
    ///
    /// The right to read shows the type. Without the right to configure the queue, a lower limit in its declaration stays unknown. Without the right
    /// to create a queue for a trial, each fetched message is assumed to count as a failed delivery.
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

    /// Gives the first of two messages back to a quorum queue of its own, and looks where it is afterwards. `nil` if the trial was not possible.
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
            var (next, keepsPosition) = (try fetchWaiting(queue, &contents, channel), true)
            if let other = next, other.body != first.body { (next, keepsPosition) = (try fetchWaiting(queue, &contents, channel), false) }
            guard let next, next.body == first.body, next.redelivered else { return nil }
            return ReturnTrial(isCounted: next.countedReturns > 0, keepsPosition: keepsPosition)
        }
        _ = try onOwnChannel(about: queue) { channel throws(BrokerError.Reason) in try delete(queue, channel: channel) }
        if case .success(let trial) = answer { return trial }
        return nil
    }

    /// The next message, which may still be on its way.
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

    /// Gives back every message up to this one that was neither acknowledged nor given back.
    func sendGivingBack(through tag: DeliveryTag, channel: UInt16) throws(BrokerError.Reason) {
        precondition(tag.rawValue > 0, "delivery tags count from 1")
        try unsafe sending { state in unsafe amqp_basic_nack(state, channel, tag.rawValue, 1, 1) }
    }
}
