internal import Formats
public import Messages
public import Settings

/// Turns the deliveries of one processor into planned writes (Sources/README.md, "The way of a message"). Pure: it knows no clock and does no IO.
///
/// A value with storage that is used again for each message: one per processor, kept by whoever reads its deliveries.
public struct Mapper: Sendable {
    private let plan: MappingPlan
    private var scanner = JSONScanner()

    /// A mapper for the processor at `processor` of `settings`, which must be validated. Its writes name the subscription of the same number, as it
    /// is where no processor has partitions.
    public init(settings: Settings, processor: Int) {
        self.init(settings: settings, index: processor, processor: SubscriptionID(rawValue: processor))
    }

    /// A mapper for the processor at `index` of `settings`, whose writes name `processor`. Whoever makes several gives all of them the same
    /// `neighbours`, which are those of the settings.
    public init(settings: Settings, neighbours: Neighbours? = nil, index: Int, processor: SubscriptionID) {
        plan = MappingPlan(
            settings: settings, neighbours: neighbours ?? Neighbours(settings.processors), index: index, processor: processor)
    }

    /// The write that a delivery asks for, or why it can never be written. Never traps, whatever the body is.
    ///
    /// - Parameters:
    ///   - delivery: A message of this processor's queue.
    ///   - receivedAt: Whole seconds since 1970: the time of a message without a `timestamp` property.
    public mutating func plan(_ delivery: Delivery, receivedAt: UInt64) -> Result<PlannedWrite, Refusal> {
        do throws(Refusal) {
            let text = try MessageText(delivery, limit: plan.maxMessageBytes)
            if let envelope = plan.envelope {
                let event = try CloudEvent(envelope, delivery, text).open(&scanner, for: plan.tree)
                return .success(try plan.write(event.message, delivery, receivedAt: receivedAt, event: event))
            }
            return .success(try plan.write(try scan(text), delivery, receivedAt: receivedAt))
        } catch {
            return .failure(error)
        }
    }

    private mutating func scan(_ text: MessageText) throws(Refusal) -> ScannedMessage {
        do throws(JSONFault) {
            try scanner.scan(text.bytes, count: text.count, for: plan.tree)
        } catch {
            throw Refusal(error, in: text)
        }
        return ScannedMessage(bytes: text.bytes, places: scanner.places, isCopy: text.isCopy)
    }
}
