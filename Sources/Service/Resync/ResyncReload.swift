internal import Settings
internal import Store

extension ResyncRunCache {
    /// What speaks against other settings while runs are on, a line each: messages that were handled without a run's attribute would count as
    /// missing, and one that answers for something else means nothing.
    ///
    /// An engine that has just begun has not looked yet, and looks now. A database that cannot be asked is no reason: nothing is written then either.
    func reasons(against settings: Settings) async -> [String] {
        var runs = last?.runs ?? []
        if last == nil, !processors.isEmpty, case .success(let knowledge) = await look() { runs = knowledge.runs }
        return runs.filter(\.state.isActive).compactMap { run in
            let new = settings.processors.first { $0.name == run.processor }
            let scope = new.flatMap { RunScope(run: run.id, of: $0, in: settings) }?.description
            guard !scope.isExactly(run.scope) else { return nil }
            return "a resynchronisation of \(run.processor) is on, and its [processor.resync], set or collection would change: "
                + "end it before, or `warren resync cancel \(run.processor)`"
        }
    }
}
