internal import Broker
internal import Logging
internal import Settings

/// Does what concerns all partitions of a processor, over a connection of its own.
///
/// It finds out of what type they are, and how many instances consume them. Messages that still reach the queue itself are moved to the partitions:
/// those from exchanges whose bindings were not changed yet, and those that waited while the number of partitions changed. And it creates the hash
/// exchange again if a restart of the broker has removed it.
///
/// Every instance looks, and one at a time moves. The queue has no consumer of its own, so that `warren provision` can take its turn between two
/// stints.
struct PartitionFeeder: Sendable {
    /// Between two looks while nothing comes, and while a message came a moment ago.
    static let longestPause: Duration = .seconds(1), shortestPause: Duration = .milliseconds(20)
    /// Between two counts of the instances.
    private static let countTime: Duration = .seconds(1)
    /// How long messages are moved before another instance may.
    private static let stint: Duration = .seconds(5)
    /// Between two tries to reach the broker, or to move what it did not take.
    private static let retryTime: Duration = .seconds(5)

    let partitioning: Partitioning
    let settings: RabbitMQSettings
    let logger: Logger
    let ports: PartitionPorts

    private var names: PartitionNames { partitioning.names }

    /// Runs until it is cancelled.
    func run() async {
        var isFailing = false
        while !Task.isCancelled {
            do throws(Partitioning.Failure) {
                try await findTypes()
                let mover: QueueMover
                do throws(BrokerError) { mover = try await QueueMover.open(names, settings: settings) } catch { throw .broker(error) }
                do throws(Partitioning.Failure) { try await forward(over: mover, &isFailing) } catch {
                    await mover.close()
                    throw error
                }
                await mover.close()
            } catch {
                logger.log(
                    isFailing ? .debug : .warning, "Cannot move messages to the partitions; trying again",
                    [.queue: names.queue, .error: error, .delay: Self.retryTime])
                isFailing = true
                ports.tell(.instances(of: names.queue, nil))
            }
            try? await Task.sleep(for: Self.retryTime)
        }
    }

    private func findTypes() async throws(Partitioning.Failure) {
        let types: [QueueType?]
        do throws(BrokerError) { types = try await Topology.types(of: names.partitions, settings: settings) } catch { throw .broker(error) }
        var known: [String: QueueType] = [:]
        for (queue, type) in zip(names.partitions, types) {
            guard let type else { continue }
            known[queue] = type
            await ports.setHandsOver(type == .classic, queue)
        }
        ports.tell(.types(known))
    }

    private func forward(over mover: QueueMover, _ isFailing: inout Bool) async throws(Partitioning.Failure) {
        try await restoreHash(mover)
        var (pause, isComplete) = (Self.longestPause, false)
        var nextCount = ContinuousClock.now
        while !Task.isCancelled {
            var isOurs: Bool?
            do throws(BrokerError) {
                if nextCount <= .now {
                    ports.tell(.instances(of: names.queue, try await mover.instances(countingUs: ports.consumes(names.queue))))
                    nextCount = .now + Self.countTime
                }
                if try await mover.ready() > 0 { isOurs = try await mover.acquire() }
            } catch {
                throw .broker(error)
            }
            switch isOurs {
            case true?:
                if !isComplete { try await partitioning.complete(mover) }
                let moved = try await stint(over: mover)
                logger.log(.debug, "Messages moved to the partitions", [.queue: names.queue, .received: moved])
                (pause, isComplete, isFailing) = (Self.shortestPause, true, false)
            // Another instance moves them.
            case false?: pause = Self.longestPause
            case nil: break
            }
            try? await Task.sleep(for: pause * Double.random(in: 0.75...1.25))
            pause = min(pause * 2, Self.longestPause)
        }
    }

    private func restoreHash(_ mover: QueueMover) async throws(Partitioning.Failure) {
        do throws(BrokerError) { if try await mover.hasHash() { return ports.tell(.fault(of: names.queue, nil)) } } catch {
            throw .broker(error)
        }
        do throws(Partitioning.Failure) {
            try await partitioning.restore { step in logger.log(.notice, "Partitions", [.queue: names.queue, .result: step]) }
        } catch {
            var text = "\(error)"
            if case .notProvided = error {
            } else {
                text =
                    "RabbitMQ has restarted without the exchange \(names.hash), and it cannot be created again (\(text)). Run `warren provision`"
            }
            ports.tell(.fault(of: names.queue, text))
            throw error
        }
        logger.log(.notice, "Keys go to the same partitions as before the restart of RabbitMQ", [.queue: names.queue])
        ports.tell(.fault(of: names.queue, nil))
    }

    private func stint(over mover: QueueMover) async throws(Partitioning.Failure) -> Int {
        let end = ContinuousClock.now + Self.stint
        var moved = 0
        while .now < end, !Task.isCancelled {
            let count: Int
            do throws(MoveFailure) { count = try await mover.moveNext() } catch { throw .move(error) }
            guard count > 0 else { break }
            moved += count
        }
        do throws(BrokerError) { try await mover.release() } catch { throw .broker(error) }
        return moved
    }
}
