internal import Logging
internal import Messages
internal import Synchronization

/// Log lines about single messages: the first of each kind in a minute are written, the others are counted in a line at its end. With `[log] level`
/// debug or less all are written.
final class MessageLines: Sendable {
    /// What lines have in common that are counted together.
    struct Kind: Hashable {
        let processor: String
        let topic: Topic
        /// Why, in one word; empty: the topic says it.
        let reason: String
    }

    /// What a line is about.
    enum Topic: Hashable {
        /// A message cannot be written, and is parked.
        case parking
        /// A write is tried again.
        case retry
    }

    private let logger: Logger
    private let sampler = Mutex(LineSampler<Kind>())

    init(logger: Logger) { self.logger = logger }

    /// Whether a line of this kind is to be written. If not, it is counted, and the count is told when its minute is over.
    func admits(_ topic: Topic, of processor: String, reason: String = "") -> Bool {
        guard logger.logLevel > .debug else { return true }
        let kind = Kind(processor: processor, topic: topic, reason: reason)
        switch sampler.withLock({ $0.admit(kind, at: .now) }) {
        case .write: return true
        case .leaveOut(let time):
            guard let time else { return false }
            Task {
                try? await Task.sleep(until: time, clock: .continuous)
                self.tellCounts(at: .now)
            }
            return false
        }
    }

    /// Tells what was left out of the minutes that are over.
    func tellCounts(at now: ContinuousClock.Instant) {
        for (kind, count) in sampler.withLock({ $0.takeCounts(at: now) }) {
            switch kind.topic {
            case .parking:
                logger.log(
                    .warning, "More messages could not be written and were parked; their lines are left out",
                    [
                        .processor: kind.processor, .reason: kind.reason, .messages: count,
                        .afterSeconds: LineSampler<Kind>.window.wholeSeconds,
                    ])
            case .retry:
                logger.log(
                    .warning, "More writes failed and were tried again; their lines are left out",
                    [.processor: kind.processor, .messages: count, .afterSeconds: LineSampler<Kind>.window.wholeSeconds])
            }
        }
    }
}
