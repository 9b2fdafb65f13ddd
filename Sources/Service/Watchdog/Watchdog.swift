internal import Logging

/// Tells the service manager that the service lives, as long as all its loops do; a hung one ends in a restart, by the manager.
///
/// Never dependent on a server: the loops wait for RabbitMQ and ArangoDB without standing still. It runs on Swift's own pool, which is thereby
/// watched as well.
struct Watchdog {
    let manager: ServiceManager
    let logger: Logger

    /// Tells it at half the interval that the manager allows, until it is cancelled. `loops` are those there are now: a reload may bring others.
    func run(_ loops: @Sendable () -> [WatchedLoop]) async {
        guard let interval = manager.watchdogInterval else { return }
        var watch = LoopWatch<ObjectIdentifier>()
        var toldAt = ContinuousClock.now
        var isComplained = false
        while !Task.isCancelled {
            let loops = Dictionary(loops().map { ($0.id, $0) }) { $1 }
            // One that sleeps because there is nothing to do proves by this that it could.
            for loop in loops.values { loop.wake() }
            try? await Task.sleep(for: interval / 20)
            switch watch.look(at: loops.mapValues { $0.turns() }) {
            case .alive:
                guard manager.watchdog() else { continue }
                (toldAt, isComplained) = (.now, false)
                try? await Task.sleep(for: interval * 9 / 20)
            case .unproven(let ids):
                guard !isComplained, .now - toldAt > interval * 3 / 4 else { continue }
                isComplained = true
                logger.log(
                    .critical, "Event loop stalled; if it stays stalled, systemd kills and restarts the process",
                    [.loop: ids.compactMap { loops[$0]?.name }.sorted().joined(separator: ", ")])
            }
        }
    }
}
