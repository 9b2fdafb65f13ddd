internal import Messages
internal import Settings

extension Pipeline {
    /// The pipeline as seen from outside, at one moment.
    public func snapshot() -> PipelineSnapshot {
        let waiting = PerSubscription(machine.processors.indices.map { intake.waiting(of: $0) })
        return PipelineSnapshot(machine, waiting: waiting, at: clock.now)
    }

    /// The last decisions about a document, the newest first, with the time of each in milliseconds since 1970.
    public func history(collection: String, key: String) -> DocumentHistory { histories([(collection, key)])[0] }

    /// The same of several documents, each named once, in their order: it takes little more time than for one.
    public func histories(_ documents: [(collection: String, key: String)]) -> [DocumentHistory] {
        let found = machine.history.decisions(about: documents.map(\.key)) { indices, processor in
            indices.first { processors[processor].collection.isExactly(documents[$0].collection) }
        }
        return found.map { DocumentHistory(decisions: dated($0), remembered: machine.history.count) }
    }

    /// The decisions that were made since an earlier call, in their order: those that match the filter, `most` at most. `cursor` is where that call
    /// ended; `nil` means from now on.
    ///
    /// It reads what ``history(collection:key:)`` reads, so that a decision costs the same with and without listeners.
    public func decisions(from cursor: Int?, atMost most: Int, fitting filter: DecisionFilter) -> DecisionSnapshot {
        let look = machine.history.look(from: cursor ?? machine.history.total, atMost: most, fitting: filter)
        return DecisionSnapshot(decisions: dated(look.decisions), left: look.left, cursor: machine.history.total)
    }

    private func dated(_ decisions: [Decision]) -> [(decision: Decision, milliseconds: UInt64)] {
        let (now, wall) = (machine.nanosecondsNow(clock.now), ports.wallMilliseconds())
        return decisions.map { ($0, wall &- UInt64(max(0, now - $0.nanoseconds) / 1_000_000)) }
    }
}
