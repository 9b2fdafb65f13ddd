internal import Broker
internal import Logging
internal import Settings

/// Moves what still comes into the queue of a partitioned processor on to its partitions: from exchanges that are not bound anew yet, and what
/// waited while the number of partitions changed.
///
/// Every instance looks, and one at a time moves. The queue has no consumer of its own, so that `warren provision` can take its turn between two
/// stints.
struct Forwarder: Sendable {
    /// Between two looks while nothing comes, and while a message came a moment ago.
    static let longestPause: Duration = .seconds(1), shortestPause: Duration = .milliseconds(20)
    /// So long messages are moved before others may take their turn.
    private static let stint: Duration = .seconds(5)
    /// Between two tries to reach the broker, or to move what it did not take.
    private static let retryTime: Duration = .seconds(5)

    let names: PartitionNames
    let settings: RabbitMQSettings
    let logger: Logger

    /// Goes on until it is cancelled.
    func run() async {
        var isFailing = false
        while !Task.isCancelled {
            do throws(MoveFailure) {
                let mover: QueueMover
                do throws(BrokerError) { mover = try await QueueMover.open(names, settings: settings) } catch { throw .broker(error) }
                do throws(MoveFailure) { try await forward(over: mover, &isFailing) } catch {
                    await mover.close()
                    throw error
                }
                await mover.close()
            } catch {
                logger.log(
                    isFailing ? .debug : .warning, "Cannot move messages on to the partitions, trying again",
                    [.queue: names.queue, .error: error, .delay: Self.retryTime])
                isFailing = true
            }
            try? await Task.sleep(for: Self.retryTime)
        }
    }

    private func forward(over mover: QueueMover, _ isFailing: inout Bool) async throws(MoveFailure) {
        var pause = Self.longestPause
        while !Task.isCancelled {
            var isOurs: Bool?
            do throws(BrokerError) {
                if try await mover.ready() > 0 { isOurs = try await mover.acquire() }
            } catch {
                throw .broker(error)
            }
            switch isOurs {
            case true?:
                let moved = try await stint(over: mover)
                logger.log(.debug, "Messages moved on to the partitions", [.queue: names.queue, .received: moved])
                (pause, isFailing) = (Self.shortestPause, false)
            // Another instance moves them.
            case false?: pause = Self.longestPause
            case nil: break
            }
            try? await Task.sleep(for: pause * Double.random(in: 0.75...1.25))
            pause = min(pause * 2, Self.longestPause)
        }
    }

    private func stint(over mover: QueueMover) async throws(MoveFailure) -> Int {
        let end = ContinuousClock.now + Self.stint
        var moved = 0
        while .now < end, !Task.isCancelled {
            let count = try await mover.moveNext()
            guard count > 0 else { break }
            moved += count
        }
        do throws(BrokerError) { try await mover.release() } catch { throw .broker(error) }
        return moved
    }
}
