internal import Mapping
public import Messages
internal import Synchronization

/// A request or a bulk with messages that are under caution.
enum BatchCaution {
    /// Of those that go alone, the processors.
    case alone([SubscriptionID])
    /// None goes alone; it is not known which of them may end the process.
    case several
}

/// What is written down before the process computes on a message that may end it, and afterwards.
extension Pipeline {
    /// Each is named before it is read, because reading may end the process.
    func planWatched(_ deliveries: ArraySlice<Delivery>, of processor: SubscriptionID) -> [(Delivery, Result<PlannedWrite, Refusal>)] {
        let receivedAt = ports.wallMilliseconds() / 1000
        let messages = deliveries.map { delivery in
            note(intake.poisonGuard.poisonRecords(mapping: intake.poisonGuard.fingerprint(delivery, of: processor)))
            return (delivery, mappers[processor].plan(delivery, receivedAt: receivedAt))
        }
        note(intake.poisonGuard.poisonRecords())
        return messages
    }

    /// Named until something came back. One that has ended too many processes is not read.
    func handleAlone(_ processor: SubscriptionID, _ session: SessionID, _ delivery: Delivery) {
        let (isGuilty, before) = intake.poisonGuard.isolate(delivery, of: processor)
        if isGuilty { intake.poisonGuard.set(.handling, of: [processor]) }
        note(intake.poisonGuard.poisonRecords())
        let plan: Result<PlannedWrite, Refusal> =
            isGuilty
            ? .failure(Refusal(.endsProcess, "the last \(before) processes ended while they handled it"))
            : mappers[processor].plan(delivery, receivedAt: ports.wallMilliseconds() / 1000)
        perform([.received(processor, session, [(delivery, plan)])])
        intake.poisonGuard.set(.handling, of: [processor])
        // Nothing will come back for dropped writes.
        if machine.held(of: processor) == 0 { intake.poisonGuard.release(processor, isSettled: false) }
        note(intake.poisonGuard.poisonRecords())
    }

    /// What a request needs, because encoding it takes time too; `nil` if nothing.
    func caution(for batch: inout WriteBatch) -> BatchCaution? {
        guard !intake.poisonGuard.isOff else { return nil }
        var caution = caution(for: batch.writes.lazy.map { ($0.processor, $0.delivery) })
        if caution == nil, batch.writes.contains(where: { intake.poisonGuard.isWatching($0) }) { caution = .several }
        if let caution {
            batch.isEncoding = { isOn in self.assumeIsolated { $0.setComputing(caution, isOn ? .encoding : nil) } }
        }
        return caution
    }

    /// What dead letters need.
    func caution(for orders: [ParkOrder]) -> BatchCaution? { caution(for: orders.lazy.map { ($0.processor, $0.delivery) }) }

    /// What the onward messages of a processor need.
    func caution(for processor: SubscriptionID) -> BatchCaution? {
        intake.poisonGuard.processorsAlone.contains(processor) ? .alone([processor]) : nil
    }

    private func caution(for messages: some Sequence<(SubscriptionID, Delivery)>) -> BatchCaution? {
        guard !intake.poisonGuard.processorsAlone.isEmpty else { return nil }
        let alone = Set(messages.filter { intake.poisonGuard.isAlone($1, of: $0) }.map(\.0))
        return alone.isEmpty ? nil : .alone(Array(alone))
    }

    /// Writes down that it computes, for as long as the body takes.
    func computing(_ caution: BatchCaution?, _ body: () -> Void) {
        guard let caution else { return body() }
        setComputing(caution, .mapping)
        body()
        setComputing(caution, nil)
    }

    private func setComputing(_ caution: BatchCaution, _ stage: PoisonRecord.Stage?) {
        switch caution {
        case .alone(let processors):
            intake.poisonGuard.set(stage ?? .handling, of: processors)
            note(intake.poisonGuard.poisonRecords())
        case .several: note(intake.poisonGuard.poisonRecords(isComputing: stage != nil))
        }
    }

    /// Resumes the processors whose message is settled, or no longer waited for: the process survived it.
    func releaseReturned(_ caution: BatchCaution?) {
        guard !intake.poisonGuard.processorsAlone.isEmpty else { return }
        if case .alone(let processors)? = caution { for processor in processors { intake.poisonGuard.returned(processor) } }
        var isChanged = false
        for processor in Array(intake.poisonGuard.processorsAlone) {
            let isSettled = machine.held(of: processor) == 0
            guard isSettled || intake.poisonGuard.hasReturned(processor) && !machine.awaitsAnswer(of: processor) else { continue }
            intake.poisonGuard.release(processor, isSettled: isSettled)
            isChanged = true
        }
        if isChanged { note(intake.poisonGuard.poisonRecords()) }
    }

    /// Its channel is gone. Writes in flight are finished; nothing is known about the others.
    func release(from processor: SubscriptionID) {
        guard intake.poisonGuard.processorsAlone.contains(processor), machine.held(of: processor) == 0 else { return }
        intake.poisonGuard.release(processor, isSettled: false)
        note(intake.poisonGuard.poisonRecords())
    }

    /// Continues where the pipeline before it, in the same process, has ended: `subscriptions` has each processor's subscription there and here.
    public func adoptCaution(of other: Pipeline, subscriptions: [(there: SubscriptionID, here: SubscriptionID)]) async {
        intake.poisonGuard.adopt(await other.intake.poisonGuard, subscriptions: subscriptions)
        if !intake.poisonGuard.isOff { note(intake.poisonGuard.poisonRecords()) }
    }

    /// Another pipeline may have taken over.
    private func note(_ poisonRecords: PoisonRecords) {
        if !inbox.withLock(\.isClosed) { ports.recordPoison(poisonRecords) }
    }
}
