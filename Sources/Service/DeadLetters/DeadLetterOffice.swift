internal import Broker
internal import Control
internal import Mapping
internal import Settings
internal import Synchronization

/// Looks at dead-letter queues, sends messages home, and drops them, over connections of its own: no consumer waits for it.
///
/// A replay is loss-free: a message is published to its source queue, mandatory and confirmed, and only then acknowledged in the dead-letter
/// queue. Whatever ends it in between, the message is there twice and never not at all.
final class DeadLetterOffice: Sendable {
    /// Messages fetched, published and acknowledged in one go.
    static let bulkMessages = 128, bulkBytes = 8 << 20

    private let settings: @Sendable () -> Settings
    /// Queues that somebody works on. A second one would see only what the first has not fetched.
    private let busy = Mutex<Set<Exact<String>>>([])

    /// `settings`: those in force when an order comes.
    init(settings: @escaping @Sendable () -> Settings) { self.settings = settings }

    /// Looks at the first messages of the queue.
    func list(_ name: String, limit: Int) async throws(ControlError) -> DeadLetterListing {
        try await working(on: name) { place, browser throws(BrokerError) in
            var census = DeadLetterCensus()
            while census.seen < min(limit, browser.ready), !census.isNearLimit {
                let bulk = try await browser.take(atMost: min(Self.bulkMessages, limit - census.seen), bytes: Self.bulkBytes)
                guard !bulk.isEmpty else { break }
                for delivery in bulk { census.add(delivery) }
            }
            try await browser.close()
            return DeadLetterListing(
                processor: name, queue: place.deadLetters, ready: browser.ready, seen: census.seen, reasons: census.reasons,
                letters: census.letters, warnings: census.warnings)
        }
    }

    /// Shows one message. Throws `not_found` if there are not so many.
    func show(_ name: String, number: Int, isRedacted: Bool) async throws(ControlError) -> DeadLetterDetail {
        let detail = try await working(on: name) { place, browser throws(BrokerError) -> DeadLetterDetail? in
            var last: (delivery: Delivery, number: Int)?
            while (last?.number ?? 0) < number {
                let seen = last?.number ?? 0
                let bulk = try await browser.take(atMost: min(Self.bulkMessages, number - seen), bytes: Self.bulkBytes)
                guard let delivery = bulk.last else { break }
                last = (delivery, seen + bulk.count)
            }
            try await browser.close()
            guard let last, last.number == number else { return nil }
            return DeadLetterContent(last.delivery).detail(number: number, queue: place.deadLetters, isRedacted: isRedacted)
        }
        guard let detail else {
            throw .notFound("there is no dead letter \(number) of \(name); `warren dead list \(name)` tells which there are")
        }
        return detail
    }

    /// Publishes messages to their source queue again.
    func replay(_ name: String, _ order: DeadLetterOrder) async throws(ControlError) -> DeadLetterReport {
        let publisher = Publisher(settings: settings().rabbitmq)
        let result: Result<DeadLetterReport, ControlError>
        do throws(ControlError) {
            result = .success(
                try await carryOut(order, on: name) { place, list in
                    await publisher.publish(list.map { DeadLetter.replay($0, to: place.source, partitions: place.partitions) })
                })
        } catch {
            result = .failure(error)
        }
        await publisher.close()
        return try result.get()
    }

    /// Takes messages out for good.
    func drop(_ name: String, _ order: DeadLetterOrder) async throws(ControlError) -> DeadLetterReport {
        try await carryOut(order, on: name, move: nil)
    }

    /// What moves messages before they are acknowledged; a result for each.
    typealias Move = @Sendable (Place, [Delivery]) async -> [Result<Void, PublishFailure>]

    func carryOut(_ order: DeadLetterOrder, on name: String, move: Move?) async throws(ControlError) -> DeadLetterReport {
        try await working(on: name) { place, browser throws(BrokerError) in
            var (selection, census, done) = (DeadLetterSelection(order), DeadLetterCensus(), 0)
            var failure: String?
            do throws(BrokerError) {
                // What fails again comes back behind what is there now, and is not looked at twice.
                while failure == nil, !selection.isComplete, selection.seen < browser.ready {
                    let bulk = try await browser.take(atMost: min(Self.bulkMessages, browser.ready - selection.seen), bytes: Self.bulkBytes)
                    guard !bulk.isEmpty else { break }
                    let isMeant = bulk.map { selection.takes($0) }
                    for (delivery, isMeant) in zip(bulk, isMeant) { census.add(delivery, isReturned: !isMeant || order.dryRun == true) }
                    let meant = zip(bulk, isMeant).filter(\.1).map(\.0)
                    // What is not meant goes back, and a delivery limit would end it without anybody having wanted that.
                    if census.isNearLimit, !selection.isComplete, selection.seen < browser.ready { failure = DeadLetterCensus.endOfLook }
                    guard order.dryRun != true, !meant.isEmpty else { continue }
                    let results = await move?(place, meant) ?? meant.map { _ in .success(()) }
                    let moved = zip(meant, results).filter { $1.failure == nil }.map(\.0.tag)
                    try await browser.acknowledge(moved)
                    done += moved.count
                    failure = results.lazy.compactMap(\.failure).first.map { "\($0)" } ?? failure
                }
                try await browser.close()
            } catch {
                // With nothing done, that is all there is to say.
                guard done > 0 else { throw error }
                failure = Self.unconfirmed(error, isReplay: move != nil)
            }
            return DeadLetterReport(
                processor: name, queue: place.deadLetters, destination: move == nil ? nil : place.source, seen: selection.seen,
                matched: selection.matched, done: done, dryRun: order.dryRun == true, failure: failure, warnings: census.warnings)
        }
    }

    private static func unconfirmed(_ error: BrokerError, isReplay: Bool) -> String {
        let consequence =
            isReplay ? "some of the replayed messages may be in the dead-letter queue still" : "some of the messages may be there still"
        return "RabbitMQ did not confirm the end: \(consequence) (\(error))"
    }

    /// Where a processor's messages come from, and where they are parked.
    struct Place: Sendable {
        let settings: Settings
        let source: String
        let partitions: PartitionNames?
        var deadLetters: String { source + settings.deadLetter.suffix }
    }

    private func working<Value: Sendable>(
        on name: String, _ body: @escaping @Sendable (Place, QueueBrowser) async throws(BrokerError) -> Value
    ) async throws(ControlError) -> Value {
        let settings = settings()
        guard let processor = settings.processors.first(where: { $0.name == name }) else {
            throw .unknownProcessor(name, known: settings.processors.map(\.name))
        }
        guard settings.deadLetter.enabled else {
            throw .conflict(
                "[dead_letter] enabled is false: messages that cannot be written go to the dead-letter exchange of \(processor.queue), "
                    + "and Warren does not know which queue is behind it")
        }
        let place = Place(settings: settings, source: processor.queue, partitions: processor.partitionNames)
        guard busy.withLock({ $0.insert(Exact(place.deadLetters)).inserted }) else {
            throw .conflict("somebody works on \(place.deadLetters) at present; try again when that is done")
        }
        defer { _ = busy.withLock { $0.remove(Exact(place.deadLetters)) } }
        do throws(BrokerError) {
            return try await body(place, try await QueueBrowser.open(place.deadLetters, settings: settings.rabbitmq))
        } catch {
            throw .unavailable("\(error)")
        }
    }
}

extension Result {
    /// Nil: success.
    fileprivate var failure: Failure? { if case .failure(let failure) = self { failure } else { nil } }
}
