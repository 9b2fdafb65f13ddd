internal import Broker
internal import ControlMessages
internal import ControlServer
internal import FoundationEssentials
internal import Logging
internal import Messages
internal import Pipeline
internal import Settings

/// Whether everything that was delivered in a run is settled. Whatever is not would count as missing.
///
/// The proof is a drain: once RabbitMQ has confirmed the cancellation of our consumer nothing more is on its way to us, once nothing is held all of
/// it is settled, and if the queue is empty then and has no other consumer, there is nothing else.
struct ResyncSettling: Sendable {
    /// For what is held at the end.
    static let drainTime: Duration = .seconds(10)
    /// Messages parked so long before the run, by our clock, count as parked in it: clocks differ.
    static let tolerance = 10.0

    let supervisor: Supervisor
    let deadLetters: DeadLetterService

    private var engine: Engine { supervisor.engine }

    /// Throws `outstanding` or `parked`, in words, unless all is settled.
    func check(_ processor: ProcessorSettings, _ run: ResyncRun, ignoringParked: Bool) async throws(ControlError) {
        try refuse(await outstanding(processor), processor)
        try await drain(processor)
        guard !ignoringParked else { return }
        for other in engine.settings.processors where other.collection.isExactly(processor.collection) {
            if !other.name.isExactly(processor.name) { try await checkWaiting(other) }
            try await checkParked(other, since: Date(timeIntervalSince1970: Double(run.begunAt) / 1000 - Self.tolerance), run)
        }
    }

    /// What a processor has not settled, as far as that can be seen without stopping it.
    func outstanding(_ processor: ProcessorSettings) async throws(ControlError) -> ResyncReport.Outstanding {
        let depth = try await depth(processor)
        let (snapshot, subscriptions) = (await engine.pipeline.snapshot(), engine.registry.table.ids(of: processor.name))
        return .init(ready: depth.messages, held: snapshot.held(of: subscriptions), consumers: depth.consumers)
    }

    /// Stops taking messages for a moment, unless it is stopped already.
    private func drain(_ processor: ProcessorSettings) async throws(ControlError) {
        try await known { () throws(ProcessorRefusal) in
            try await supervisor.drain(processor.name, PauseRequest(origin: .resynchronisation), waiting: Self.drainTime)
        }
        let isDrained = await supervisor.isDrained(processor.name)
        let left: Result<ResyncReport.Outstanding, ControlError>
        do throws(ControlError) { left = .success(try await outstanding(processor)) } catch { left = .failure(error) }
        // An administrator may have paused it before, or meanwhile.
        if supervisor.isPausedForResync(processor.name) {
            try await known { () throws(ProcessorRefusal) in try await supervisor.resume(processor.name) }
        }
        try refuse(left.get(), processor, isDrained: isDrained)
    }

    private func known(_ change: () async throws(ProcessorRefusal) -> Bool) async throws(ControlError) {
        do throws(ProcessorRefusal) { _ = try await change() } catch { throw ControlError(error) }
    }

    private func refuse(_ left: ResyncReport.Outstanding, _ processor: ProcessorSettings) throws(ControlError) {
        guard left.ready > 0 || left.held > 0 else { return }
        throw .outstanding(
            "not all of the run is settled: \(left.ready) messages are ready in \(processor.queue), \(left.held) are held here. "
                + "End it when they are settled, or use --wait")
    }

    private func refuse(_ left: ResyncReport.Outstanding, _ processor: ProcessorSettings, isDrained: Bool) throws(ControlError) {
        try refuse(left, processor)
        guard isDrained else { throw .outstanding("\(processor.name) could not settle in time what it holds; `warren status` shows why") }
        guard left.consumers == 0 else {
            throw .outstanding(
                "\(processor.queue) has \(left.consumers) consumers besides this instance, and this instance cannot see what they hold: "
                    + "run `warren drain \(processor.name)` on the other instances, end the run, then run `warren resume \(processor.name)` there"
            )
        }
    }

    /// Messages of another processor that writes the collection: one of them may be about a document that the run has not seen. If the document were
    /// removed, it would come back with nothing but that message's content.
    ///
    /// What this instance holds of it is being written, with the run's id.
    private func checkWaiting(_ other: ProcessorSettings) async throws(ControlError) {
        let queues = other.partitions == nil ? [other.queue] : [other.queue] + other.consumedQueues
        var waiting: [String] = []
        for (queue, depth) in zip(queues, try await depths(queues)) where depth.messages > 0 {
            waiting.append("\(depth.messages) in \(queue)")
        }
        guard !waiting.isEmpty else { return }
        let what =
            "messages that wait for \(other.name) may be about documents that the run has not seen: \(waiting.joined(separator: ", "))"
        let state = engine.status.state(of: engine.registry.table.ids(of: other.name))
        // Those that are consumed are gone in a moment.
        guard state == .paused || state == .draining else {
            throw .outstanding("\(what); end it when they are written, or let --wait do that")
        }
        throw .init(.parked, "\(what). \(other.name) is paused: `warren resume \(other.name)`, or end the run with --force")
    }

    private func checkParked(_ processor: ProcessorSettings, since: Date, _ run: ResyncRun) async throws(ControlError) {
        let listing = try await listing(of: processor)
        let parked = listing.letters.count { letter in
            // Without a time it is not known when it came.
            guard let text = letter.failedAt, let time = Timestamp(text) else { return true }
            return time.date >= since
        }
        guard parked > 0 || listing.seen < listing.ready else { return }
        let count = listing.seen < listing.ready ? "perhaps \(listing.ready)" : "\(parked)"
        throw .init(
            .parked,
            "\(count) messages of this run were parked in \(listing.queue), and their documents would count as missing: "
                + "run `warren dead replay \(processor.name) --all` or `warren dead drop \(processor.name) --all`, or end the run with --force"
        )
    }

    /// A look that counts as a delivery needs consent, and a run may be ended again and again.
    private func listing(of processor: ProcessorSettings) async throws(ControlError) -> DeadLetterListing {
        do throws(ControlError) {
            return try await deadLetters.list(processor.name, limit: DeadLetterListing.mostLimit)
        } catch {
            guard error.code == ErrorCode.countsDeliveries.rawValue else { throw error }
            throw .init(
                .parked,
                "\(error.message). Messages of this run may be among them, and their documents would count as missing: look at them, then run "
                    + "`warren dead replay \(processor.name) --all` or `warren dead drop \(processor.name) --all`, or end the run with --force"
            )
        }
    }

    /// Of its queue: partitions do not go with resynchronisations.
    private func depth(_ processor: ProcessorSettings) async throws(ControlError) -> QueueDepth {
        guard let depth = try await depths([processor.queue]).first else {
            throw .internal("RabbitMQ reported nothing about \(processor.queue)")
        }
        return depth
    }

    private func depths(_ queues: [String]) async throws(ControlError) -> [QueueDepth] {
        do throws(BrokerError) {
            var depths: [QueueDepth] = []
            for state in try await Topology.check(queues, settings: engine.settings.rabbitmq) {
                switch state {
                case .present(let depth): depths.append(depth)
                case .missing(let error), .refused(let error): throw error
                }
            }
            return depths
        } catch {
            throw .unavailable("\(error)")
        }
    }
}

extension Supervisor {
    /// It is paused for the moment that the end of a run takes, and nobody else has asked for it.
    fileprivate nonisolated func isPausedForResync(_ name: String) -> Bool { pauses[name]?.request.origin == .resynchronisation }

    /// It accepts nothing more, and holds nothing.
    fileprivate func isDrained(_ name: String) async -> Bool {
        let engine = engine
        guard pauses[name]?.state == .paused else { return false }
        // Paused by hand a moment ago, it may not be cancelled yet.
        return await within(.seconds(2)) {
            for subscription in engine.registry.table.ids(of: name) { await engine.drained(subscription) }
        }
    }
}

extension ControlError {
    /// Not all of a run is settled.
    fileprivate static func outstanding(_ message: String) -> ControlError { .init(.outstanding, message) }
}
