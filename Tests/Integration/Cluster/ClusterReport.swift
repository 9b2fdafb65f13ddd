import ArangoEmulator

/// What a run of the cluster test shows, line by line.
struct ClusterReport: Sendable {
    /// From each fault to the moment at which messages published right after it were stored, whichever their partition.
    var kinds: [ClusterFault: [Duration]] = [:]
    /// How long it took until each instance had partitions again.
    var shares: [Duration] = []
    var repeatedPublications = 0
    var duration = Duration.zero

    /// The longest time that partitions were without a holder for something that was done to instances.
    var longestHandOver: Duration { kinds.filter(\.key.isOfInstances).values.joined().max() ?? .zero }

    func lines(_ model: LedgerModel, _ verdict: LedgerVerdict, _ counters: RequestCounters, _ watch: ClusterWatch) -> [String] {
        let times = Dictionary(grouping: kinds, by: \.key.kind).mapValues { $0.flatMap(\.value).sorted() }
        var lines = [Self.row("what was done", "times", "stored again, median", "longest")]
        lines += times.sorted { $0.key < $1.key }.map { kind, times in
            Self.row(kind, "\(times.count)", times.isEmpty ? "" : Self.text(times[times.count / 2]), times.last.map(Self.text) ?? "")
        }
        return lines + [
            "\(Self.text(duration)) in all; partitions were shared out again within \(Self.text(shares.max() ?? .zero))",
            "\(model.publishedCount) messages published, \(model.duplicateCount) of them more than once, \(repeatedPublications) publications repeated",
            "\(verdict.written) written + \(verdict.stale) stale + \(verdict.parked) parked, \(verdict.unaccounted.count) unaccounted for, "
                + "\(verdict.repeatedLetters) dead letters twice",
            "the database wrote \(counters.documentsWritten) documents and left \(counters.documentsUnchanged) unchanged as stale",
            "\(watch.seenCount) documents with versions were watched, \(watch.setbacks.value.count) went backwards",
        ]
    }

    /// Seconds with one digit.
    static func text(_ duration: Duration) -> String {
        let (whole, atto) = duration.components
        return "\(whole).\(atto / 100_000_000_000_000_000) s"
    }

    private static func row(_ kind: String, _ cells: String...) -> String {
        kind + String(repeating: " ", count: max(1, 40 - kind.count))
            + cells.map { String(repeating: " ", count: max(1, 22 - $0.count)) + $0 }.joined()
    }
}
