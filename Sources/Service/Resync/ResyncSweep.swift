internal import Messages
internal import Store

/// Removes or marks what a run has not seen, page by page, as long as the run is unchanged in ArangoDB.
struct ResyncSweep {
    private(set) var run: ResyncRun
    let scope: RunScope
    /// Members merged into a missing document; `nil` if it is removed.
    let mark: [UInt8]?
    let store: DocumentStore
    let runs: ResyncRunCache

    init(run: ResyncRun, scope: RunScope, mark: [UInt8]?, store: DocumentStore, runs: ResyncRunCache) {
        self.run = run
        self.scope = scope
        self.mark = mark
        self.store = store
        self.runs = runs
    }

    /// Until nothing is missing, an administrator must look, another instance has changed the run, or a request fails; that failure is returned.
    mutating func goOn() async -> RequestFailure? {
        while run.state == .sweeping, !Task.isCancelled {
            do throws(RequestFailure) {
                guard try await round() else { return nil }
            } catch {
                return error
            }
        }
        return nil
    }

    /// Changes the run and stores it. Returns false if another instance was faster, or the database is away; the sweep then looks again.
    mutating func change(_ change: (inout ResyncRun) -> Void) async -> Bool {
        var changed = run
        change(&changed)
        guard case .success(let stored?) = await runs.put(changed) else { return false }
        run = stored
        return true
    }

    /// Once through everything that is missing. False: the run is not ours any more.
    private mutating func round() async throws(RequestFailure) -> Bool {
        let allowed = run.allowance
        var fault: Fault?
        let before = run.removed
        if allowed > 0 {
            var page = try await store.missing(scope, atMost: allowed).get()
            while true {
                let outcomes = try await store.settle(page.documents, in: scope.collection, mark: mark).get()
                fault = fault ?? outcomes.lazy.compactMap(\.fault).first
                let (removed, kept) = (outcomes.count { $0 == .done }, outcomes.count { $0 == .changed })
                guard await change({ $0.swept(removed: removed, kept: kept, at: ResyncWorker.now) }) else { return false }
                guard let cursor = page.cursor else { break }
                page = try await store.missing(after: cursor).get()
            }
        }
        let left = try await store.count(scope, seen: false).get()
        if left == 0 { return await change { $0.finish(at: ResyncWorker.now) } }
        if run.removed >= run.approved {
            let reason = "\(left) more documents are missing than were counted; see why, then end the run again"
            return await change { $0.stop(reason, at: ResyncWorker.now) }
        }
        // What changed under way is seen, or is looked at in the next round; what the database refuses stays so.
        guard run.removed == before else { return true }
        guard let fault else {
            // Other clients change them all the time: they are looked at again, but not without end and pause.
            try? await Task.sleep(for: ResyncWorker.interval)
            return true
        }
        return await change { $0.stop("\(left) documents could not be removed or marked: \(fault)", at: ResyncWorker.now) }
    }
}

extension MissingOutcome {
    fileprivate var fault: Fault? { if case .failed(let fault) = self { fault } else { nil } }
}
