/// How many messages a processor takes at most in a time, as the configuration writes it: `"500/s"` or `"30/min"`.
public struct MessageRate: Sendable, Equatable, CustomStringConvertible {
    /// The time that the count is for.
    public enum Period: String, Sendable, CaseIterable {
        case second = "s"
        case minute = "min"

        fileprivate var duration: Duration { self == .second ? .seconds(1) : .seconds(60) }
    }

    /// 1…1,000,000.
    public let count: Int
    /// In this time.
    public let period: Period

    /// Messages that may wait for their turn, as a time at this rate: half of the usual `[service] drain`, so that a stop finishes them and none comes
    /// back to its queue. Far below a minute, in which no consumer timeout ends.
    public static let window: Duration = .seconds(10)
    /// No message waits longer for its turn, except a single one.
    public static let longestWait: Duration = .seconds(60)

    /// So many in this time.
    public init(_ count: Int, per period: Period) {
        self.count = count
        self.period = period
    }

    /// Parses `"500/s"` and `"30/min"`; `nil` for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let period = Period(rawValue: String(parts[1])), let count = Int(parts[0]), "\(count)" == parts[0],
            (1...1_000_000).contains(count)
        else { return nil }
        self.init(count, per: period)
    }

    /// The time from one message to the next.
    public var interval: Duration { period.duration / count }

    /// How many it allows in a time, rounded down; at least 1.
    public func most(in time: Duration) -> Int { max(1, Int(time / interval)) }

    /// As the configuration writes it.
    public var description: String { "\(count)/\(period.rawValue)" }
}

extension ProcessorSettings {
    /// Unacknowledged deliveries of the processor at once: its prefetch, and with a rate no more than may wait for their turn.
    public func wholePrefetch(of settings: Settings) -> UInt16 {
        let own = prefetch ?? settings.rabbitmq.prefetch
        return rate.map { min(own, UInt16(clamping: $0.most(in: MessageRate.window))) } ?? own
    }
}

extension Conversion<MessageRate> {
    /// A count and its time.
    static var rate: Self {
        Conversion { value throws(Mistake) in
            guard case .string(let text) = value.content, let rate = MessageRate(text) else {
                throw value.mistake("must be a whole number from 1 to 1000000 and its time, like \"500/s\" or \"30/min\"")
            }
            return rate
        }
    }
}
