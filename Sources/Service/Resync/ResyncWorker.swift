internal import ControlMessages
internal import Formats
internal import FoundationEssentials
internal import Logging
internal import Messages
internal import Settings
internal import Store

/// Keeps the knowledge of runs fresh, and sweeps what ended runs have not seen: one task for each engine.
///
/// The sweep needs no memory of its own. The missing documents are queried again each time, every document is removed or marked by the revision that
/// was read, and the progress is stored in ArangoDB. So it continues after a restart of either side, and a second instance that sweeps too does no
/// harm.
struct ResyncWorker: Sendable {
    /// Between two looks.
    static let interval: Duration = .seconds(1)

    let store: DocumentStore
    let runs: ResyncRunCache
    let table: SubscriptionRegistry
    let logger: Logger
    /// The id of this instance.
    let identity: String

    /// Until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            if !runs.processors.isEmpty, case .success(let knowledge) = await runs.look() {
                for run in knowledge.runs where run.state == .sweeping && run.isToSweep(by: identity, at: Self.now) { await sweep(run) }
            }
            guard (try? await Task.sleep(for: Self.interval)) != nil else { return }
        }
    }

    private func sweep(_ run: ResyncRun) async {
        guard let processor = runs.processors.first(where: { $0.name == run.processor }),
            let scope = RunScope(run: run.id, of: processor, in: table.table.settings)
        else { return }
        var sweep = ResyncSweep(run: run, scope: scope, mark: Self.mark(of: processor), store: store, runs: runs)
        guard run.scope == scope.description else {
            _ = await sweep.change {
                $0.stop("the configuration is another one than when the run began; cancel it, and begin again", at: Self.now)
            }
            return
        }
        if run.sweeper != identity {
            guard await sweep.change({ $0.takeOver(by: identity, at: Self.now) }) else { return }
        }
        if let failure = await sweep.goOn() {
            logger.log(
                .warning, "The sweep of a resynchronisation was interrupted; trying again",
                [.processor: run.processor, .run: run.id, .error: failure.fault])
        }
    }

    /// What marks a document, as an invalidation does; `nil` if it is removed.
    private static func mark(of processor: ProcessorSettings) -> [UInt8]? {
        guard processor.resync?.missing == .mark else { return nil }
        let time = Timestamp.now.secondText
        return Array("\(JSONString.text(processor.mark)):true,\(JSONString.text("\(processor.mark)_at")):\"\(time)\"".utf8)
    }

    /// Milliseconds since 1970.
    static var now: UInt64 { UInt64(max(0, Date().timeIntervalSince1970 * 1000)) }
}
