import Logging
import Messages
import Synchronization
import Testing

@testable import Service

@Suite("Lines about single messages") struct LineSamplerTests {
    private static let start = ContinuousClock.now
    private let most = LineSampler<String>.mostLines
    private let window = LineSampler<String>.window

    @Test("The first of a kind are written, the others counted once the window is over; other kinds are not concerned") func sampled() {
        var sampler = LineSampler<String>()
        for _ in 0..<most { #expect(sampler.admit("a", at: Self.start) == .write) }
        #expect(sampler.admit("a", at: Self.start + .seconds(1)) == .leaveOut(until: Self.start + window))
        for _ in 0..<4999 { #expect(sampler.admit("a", at: Self.start + .seconds(2)) == .leaveOut(until: nil)) }
        #expect(sampler.admit("b", at: Self.start + .seconds(2)) == .write)
        #expect(sampler.takeCounts(at: Self.start + .seconds(59)).isEmpty)
        let counts = sampler.takeCounts(at: Self.start + window)
        #expect(counts.map(\.kind) == ["a"] && counts.map(\.count) == [5000])
        #expect(sampler.admit("a", at: Self.start + window) == .write, "the next window begins")
    }

    @Test("A count that nobody has taken yet is not lost by lines that come after the window") func late() {
        var sampler = LineSampler<String>()
        for _ in 0...most { _ = sampler.admit("a", at: Self.start) }
        _ = sampler.admit("a", at: Self.start + window * 2)
        #expect(sampler.takeCounts(at: Self.start + window * 2).map(\.count) == [2])
    }

    @Test("A few lines now and then are all written, for ever") func seldom() {
        var (sampler, now) = (LineSampler<String>(), Self.start)
        for _ in 0..<500 {
            #expect(sampler.admit("a", at: now) == .write)
            now += window / most
        }
        #expect(sampler.takeCounts(at: now + window).isEmpty)
    }

    @Test("With the level debug nothing is left out; otherwise the count names processor, reason and number") func levels() {
        let kept = Kept()
        for level in [Logger.Level.debug, .info] {
            var logger = Logger(label: "test") { _ in Recorder(kept: kept) }
            logger.logLevel = level
            let lines = MessageLines(logger: logger)
            let admitted = (0..<100).count { _ in lines.admits(.parking, of: "sync", reason: "bad-key") }
            #expect(admitted == (level == .debug ? 100 : most))
            lines.tellCounts(at: .now + window)
        }
        let lines = kept.facts.withLock { $0 }
        #expect(lines.count == 1)
        #expect(lines.first?["processor"] == "sync" && lines.first?["reason"] == "bad-key" && lines.first?["messages"] == "80")
    }

    private final class Kept: Sendable {
        let facts = Mutex<[[String: String]]>([])
    }

    /// Keeps the facts of each line.
    private struct Recorder: LogHandler {
        let kept: Kept
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let facts = (event.metadata ?? [:]).mapValues { "\($0)" }
            kept.facts.withLock { $0.append(facts) }
        }
    }
}
