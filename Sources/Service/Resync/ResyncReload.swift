internal import Settings
internal import Store

extension RunBoard {
    /// What speaks against other settings while runs are on, a line each: messages that were handled without a run's attribute would count as
    /// missing, and one that answers for something else means nothing.
    func reasons(against settings: Settings) -> [String] {
        (last?.runs ?? []).filter(\.state.isActive).compactMap { run in
            let new = settings.processors.first { $0.name == run.processor }
            let scope = new.flatMap { RunScope(run: run.id, of: $0, in: settings) }?.description
            guard !scope.isExactly(run.scope) else { return nil }
            return "a resynchronisation of \(run.processor) is on, and its [processor.resync], set or collection would change: "
                + "end it before, or `warren resync cancel \(run.processor)`"
        }
    }
}
