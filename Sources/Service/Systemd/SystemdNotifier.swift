internal import Broker
internal import Mapping
internal import Pipeline
internal import Settings
internal import Store
internal import Synchronization

/// Tells the service manager how things are: READY at the right moment, STATUS in words, STOPPING. Learns it from what the parts report.
final class SystemdNotifier: Sendable {
    /// READY comes at the latest after this, even if a server keeps us waiting without a word: consuming was attempted then, too.
    static let readyTime: Duration = .seconds(10)
    /// Between two looks at whether STATUS has changed.
    static let statusTime: Duration = .seconds(1)

    private struct State {
        var facts: SystemdStatus
        var attempt: ConsumingAttempt
        var readyWaiter: CheckedContinuation<Void, Never>?
    }

    private let manager: ServiceManager
    private let state: Mutex<State>

    /// Announces to `manager` how these processors do.
    ///
    /// One for each place, see ``SubscriptionTable``.
    init(_ manager: ServiceManager, processors: [ProcessorSettings]) {
        self.manager = manager
        state = Mutex(
            State(
                facts: SystemdStatus(processors: Dictionary(uniqueKeysWithValues: zip(processors.indices, processors.map(\.name)))),
                attempt: ConsumingAttempt(processors: processors.indices)))
    }

    /// The consumer told something. Costs nothing for a bulk of deliveries.
    func tell(_ event: ConsumerEvent) {
        if case .deliveries = event { return }
        learn {
            $0.facts.learn(event)
            $0.attempt.learn(event)
        }
    }

    /// The pipeline told something.
    func tell(_ note: PipelineEvent) {
        learn {
            $0.facts.learn(note)
            $0.attempt.learn(note)
        }
    }

    /// An administrator has paused these processors, or drains them, and no others.
    func tell(_ pauses: [String: Pause]) { learn { $0.facts.pauses = pauses.mapValues(\.state) } }

    /// The database was asked for its version at start.
    func tell(_ answer: Result<ServerVersion, RequestFailure>) {
        learn {
            $0.facts.learn(answer)
            if case .failure = answer { $0.attempt.databaseIsAway() }
        }
    }

    /// Other settings are in force: what is known of processors that stay is kept.
    func adopt(_ table: SubscriptionTable) {
        let names = Dictionary(uniqueKeysWithValues: table.places.map { ($0, table.processors[$0].name) })
        learn { $0.facts.adopt(names) }
    }

    /// Sends RELOADING.
    func beginReload() async { await manager.reloading() }

    /// Sends READY again, whether anything has changed or not.
    func endReload() async { await manager.ready(text) }

    /// Sends READY when consuming was attempted, and STATUS from then on when it has changed, until it is cancelled.
    func run(snapshot: @escaping @Sendable () async -> PipelineSnapshot) async {
        guard manager.isThere else { return }
        _ = await within(Self.readyTime) { await self.consumingWasAttempted() }
        guard !Task.isCancelled else { return }
        var told = text
        await manager.ready(told)
        var window = RateWindow(length: .seconds(5))
        while (try? await Task.sleep(for: Self.statusTime)) != nil {
            let snapshot = await snapshot()
            let rate = Int(window.rate(count: snapshot.counters.reduce(0) { $0 + $1.settled }, at: .now).rounded())
            learn { ($0.facts.rate, $0.facts.held) = (rate, snapshot.held) }
            guard text != told else { continue }
            told = text
            manager.status(told)
        }
    }

    /// Sends STOPPING. It takes as long as a busy manager needs to hear it, at most ``ServiceManager/patience``.
    func beginStop() async {
        learn { $0.facts.phase = .stopping }
        await manager.stopping(text, within: Self.extension)
    }

    /// Asks for more time until it is cancelled, but not beyond `longest`: a drain may be allowed longer than the unit's `TimeoutStopSec`, and a
    /// stop that is stuck is for the manager to end. STATUS counts down.
    func goOnStopping(longest: Duration, snapshot: @escaping @Sendable () async -> PipelineSnapshot) async {
        guard manager.isThere else { return }
        let deadline = ContinuousClock.now + longest
        var told = ""
        while (try? await Task.sleep(for: Self.statusTime)) != nil, .now < deadline {
            await manager.extendTimeout(by: Self.extension)
            let held = await snapshot().held
            learn { $0.facts.held = held }
            guard text != told else { continue }
            told = text
            manager.status(told)
        }
    }

    /// Asked for each time: several times what lies between two askings.
    private static let `extension`: Duration = .seconds(10)

    private var text: String { state.withLock { $0.facts.text } }

    private func learn(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            change(&state)
            guard state.attempt.isMade else { return nil }
            defer { state.readyWaiter = nil }
            return state.readyWaiter
        }
        waiter?.resume()
    }

    private func consumingWasAttempted() async {
        await withCheckedContinuation { waiter in
            let isMade = state.withLock { state in
                if !state.attempt.isMade { state.readyWaiter = waiter }
                return state.attempt.isMade
            }
            if isMade { waiter.resume() }
        }
    }
}

extension Counters {
    /// Deliveries that are done with.
    var settled: Int { written + stale + parked }
}
