internal import Broker
internal import ControlMessages
internal import ControlServer
internal import Mapping
internal import Messages
internal import Settings
internal import Synchronization

/// Looks at dead-letter queues, sends messages home, and drops them, over connections of its own: no consumer waits for it.
///
/// A replay is loss-free: a message is published to its source queue, mandatory and confirmed, and only then acknowledged in the dead-letter queue.
/// If it ends in between, the message exists twice, and is never lost. ``BrowsePolicy`` says what a look may cost.
final class DeadLetterService: DeadLetterVerbs {
    /// Messages fetched, published and acknowledged in one go.
    static let bulkMessages = 128, bulkBytes = 8 << 20

    private let settings: @Sendable () -> Settings
    /// Queues that a request works on. A second request would see only what the first has not fetched.
    private let busy = Mutex<Set<Exact<String>>>([])
    /// How often a letter of a queue was returned at the last look, at most.
    private let returns = Mutex<[Exact<String>: Int]>([:])
    private let trials = ReturnTrials()

    /// `settings`: those in force when an order comes.
    init(settings: @escaping @Sendable () -> Settings) { self.settings = settings }

    /// Looks at the first messages of the queue. `mayCount`: also where that counts as a delivery of each.
    func list(_ name: String, limit: Int, mayCount: Bool = false) async throws(ControlError) -> DeadLetterListing {
        try await working(on: name) { pass throws(BrokerError) in
            if !mayCount, let refusal = pass.refusal {
                try await pass.close()
                return .failure(refusal)
            }
            var pass = pass
            let ready = pass.browser.ready
            var end: String?
            while end == nil, pass.statistics.seen < min(limit, ready) {
                let bulk = try await pass.take(atMost: min(limit, ready) - pass.statistics.seen)
                guard !bulk.isEmpty else { break }
                end = await pass.giveBack(bulk, mayRenew: mayCount)
            }
            try await pass.close()
            return .success(
                DeadLetterListing(
                    processor: name, queue: pass.target.deadLetters, ready: ready, seen: pass.statistics.seen,
                    reasons: pass.statistics.reasons,
                    letters: pass.statistics.letters, warnings: pass.warnings + (end.map { [$0] } ?? [])))
        }
    }

    /// Shows one message. Throws `not_found` if none has this id, and `ambiguous_id` if several have.
    func show(_ name: String, id: String, isRedacted: Bool, mayCount: Bool = false) async throws(ControlError) -> DeadLetterDetail {
        let search = DeadLetterSearch(try DeadLetterID(id))
        return try await working(on: name) { pass throws(BrokerError) in
            if !mayCount, let refusal = pass.refusal {
                try await pass.close()
                return .failure(refusal)
            }
            var (pass, search) = (pass, search)
            let end = try await pass.look(&search, atMost: DeadLetterListing.mostLimit, mayRenew: mayCount)
            let kept = await pass.giveBack(search.letter.map { [$0] } ?? [], mayRenew: mayCount)
            try await pass.close()
            do throws(ControlError) {
                let letter = try search.found(id, processor: name)
                return .success(DeadLetterContent(letter).detail(queue: pass.target.deadLetters, isRedacted: isRedacted))
            } catch {
                guard error.status == 404, let end = end ?? kept else { return .failure(error) }
                return .failure(.notFound("\(error.message); \(end)"))
            }
        }
    }

    /// Publishes messages to their source queue again.
    func replay(_ name: String, _ order: DeadLetterOrder) async throws(ControlError) -> DeadLetterReport {
        let publisher = Publisher(settings: settings().rabbitmq)
        let result: Result<DeadLetterReport, ControlError>
        do throws(ControlError) {
            result = .success(
                try await carryOut(order, on: name) { target, list in
                    await publisher.publish(list.map { DeadLetter.replay($0, to: target.source, partitions: target.partitions) })
                })
        } catch {
            result = .failure(error)
        }
        await publisher.close()
        return try Self.known(try result.get(), order)
    }

    /// Takes messages out for good.
    func drop(_ name: String, _ order: DeadLetterOrder) async throws(ControlError) -> DeadLetterReport {
        try Self.known(try await carryOut(order, on: name, move: nil), order)
    }

    /// A reason that no letter has, and that Warren does not know, is a slip of the pen. Other versions and other programs may have others.
    static func known(_ report: DeadLetterReport, _ order: DeadLetterOrder) throws(ControlError) -> DeadLetterReport {
        guard let reason = order.reason, report.matched == 0, report.failure == nil, Refusal.Reason(rawValue: reason) == nil else {
            return report
        }
        let known = Refusal.Reason.allCases.map(\.rawValue).joined(separator: ", ")
        throw .badRequest("no letter of \(report.processor) has the reason \"\(reason)\"; known reasons are \(known). Nothing was done")
    }

    /// Where a processor's messages come from, and where they are parked.
    struct Target: Sendable {
        let settings: Settings
        let processor: String
        let source: String
        let partitions: PartitionNames?
        var deadLetters: String { source + settings.deadLetter.suffix }
    }

    func working<Value: Sendable>(
        on name: String, _ body: @escaping @Sendable (DeadLetterPass) async throws(BrokerError) -> Result<Value, ControlError>
    ) async throws(ControlError) -> Value {
        let settings = settings()
        guard let processor = settings.processors.first(where: { $0.name == name }) else {
            throw .unknownProcessor(name, known: settings.processors.map(\.name), disabled: settings.disabled)
        }
        guard settings.deadLetter.enabled else {
            throw .conflict(
                "[dead_letter] enabled is false: messages that cannot be written go to the dead-letter exchange of \(processor.queue), "
                    + "and Warren does not know which queue is behind it")
        }
        let target = Target(settings: settings, processor: name, source: processor.queue, partitions: processor.partitionNames)
        let queue = Exact(target.deadLetters)
        guard busy.withLock({ $0.insert(queue).inserted }) else {
            throw .conflict("another request works on \(target.deadLetters); try again when it is done")
        }
        defer { _ = busy.withLock { $0.remove(queue) } }
        let result: Result<Value, ControlError>
        do throws(BrokerError) {
            let browser = try await QueueBrowser.open(target.deadLetters, settings: settings.rabbitmq, trials: trials)
            let known = returns.withLock { $0[queue] }
            result = try await body(
                DeadLetterPass(target: target, browser: browser, knownReturns: known) { count in self.returns.withLock { $0[queue] = count }
                }
            )
        } catch {
            throw .unavailable("\(error)")
        }
        return try result.get()
    }
}
