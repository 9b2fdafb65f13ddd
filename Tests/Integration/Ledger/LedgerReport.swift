import ArangoEmulator

/// What a run shows, line by line.
struct LedgerReport: Sendable {
    /// What faults of one kind did.
    struct Kind: Sendable {
        var injected = 0
        /// From the end of a fault that came alone to a new message written in each queue.
        var recoveries: [Duration] = []
    }

    var kinds: [String: Kind] = [:]
    /// Of the daemon's processes: the first look at each that works, and the last.
    var usage: [(first: ResourceUsage, last: ResourceUsage, steps: Int)] = []
    var repeatedPublications = 0
    var duration = Duration.zero

    var faultCount: Int { kinds.values.reduce(0) { $0 + $1.injected } }
    var peakKiB: Int { usage.map(\.last.peakKiB).max() ?? 0 }
    /// The process that lived through most.
    var longestLife: (first: ResourceUsage, last: ResourceUsage, steps: Int)? { usage.max { $0.steps < $1.steps } }

    func lines(_ model: LedgerModel, _ verdict: LedgerVerdict, _ counters: RequestCounters) -> [String] {
        var lines = ["fault".padded(48) + "injected".rightAligned(9) + "recovered in, median".rightAligned(24) + "longest".rightAligned(12)]
        for (name, kind) in kinds.sorted(by: { $0.key < $1.key }) {
            let sorted = kind.recoveries.sorted()
            let median = sorted.isEmpty ? "" : sorted[sorted.count / 2].seconds, longest = sorted.last?.seconds ?? ""
            lines.append(name.padded(48) + "\(kind.injected)".rightAligned(9) + median.rightAligned(24) + longest.rightAligned(12))
        }
        lines += [
            "\(faultCount) faults in \(duration.seconds)",
            "\(model.publishedCount) messages published, \(model.duplicateCount) of them more than once, \(repeatedPublications) publications repeated",
            "\(verdict.written) written + \(verdict.stale) stale + \(verdict.parked) parked, \(verdict.unaccounted.count) unaccounted for, "
                + "\(verdict.repeatedLetters) dead letters twice",
            "the database wrote \(counters.documentsWritten) documents, left \(counters.documentsUnchanged) unchanged as stale and answered \(counters.elementErrors) with an error",
            "the daemon's peak memory: \(peakKiB / 1024) MiB over \(usage.count) processes",
        ]
        let letters = verdict.unaccounted.count { $0.flaw != nil }
        if !verdict.unaccounted.isEmpty {
            lines.append("unaccounted for are \(letters) dead letters and \(verdict.unaccounted.count - letters) other messages")
        }
        if let life = longestLife { lines.append("its longest life, \(life.steps) steps: from \(life.first) to \(life.last)") }
        return lines
    }
}

extension Duration {
    fileprivate var seconds: String {
        let (whole, atto) = components
        return "\(whole).\(String(atto / 100_000_000_000_000_000)) s"
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
    fileprivate func rightAligned(_ width: Int) -> String { String(repeating: " ", count: max(1, width - count)) + self }
}
