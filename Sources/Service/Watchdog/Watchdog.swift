internal import Logging

/// Notifies the service manager that the service is alive, as long as all its loops are; if one hangs, the manager restarts the service.
///
/// Never dependent on a server: the loops wait for RabbitMQ and ArangoDB without stalling. It runs on Swift's own pool, which is thereby watched as
/// well.
struct Watchdog {
    let manager: ServiceManager
    let logger: Logger

    /// Notifies it at half the interval that the manager allows, until it is cancelled. `loops` are those there are now: a reload may bring others.
    func run(_ loops: @Sendable () -> [WatchedLoop]) async {
        guard let interval = manager.watchdogInterval else { return }
        var watch = LoopWatch<ObjectIdentifier>()
        var toldAt = ContinuousClock.now
        var isComplained = false
        while !Task.isCancelled {
            let loops = Dictionary(loops().map { ($0.id, $0) }) { $1 }
            // This proves that a loop that sleeps because it has nothing to do could turn.
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
