/// The faults in force, in the order they were added, and how much of each is left.
struct FaultList: Sendable {
    private struct Entry {
        var fault: InjectedFault
        /// Requests still to befall; element faults count by key instead.
        var remaining: Int?
        /// Requests still to let pass.
        var toSkip: Int
        var failuresByKey: [String: Int] = [:]
        /// Which requests a fault with a share befalls. Always the same seed, so that a test repeats.
        private var dice = UInt64(0)

        init(_ fault: InjectedFault) {
            self.fault = fault
            remaining = fault.times
            toSkip = fault.skip
        }

        /// False for a request that a fault with a share lets pass.
        mutating func isDue() -> Bool {
            guard let percent = fault.percent else { return true }
            // SplitMix64: a plain alternation could keep step with the client's own.
            dice &+= 0x9e37_79b9_7f4a_7c15
            var number = dice
            number = (number ^ (number >> 30)) &* 0xbf58_476d_1ce4_e5b9
            number = (number ^ (number >> 27)) &* 0x94d0_49bb_1331_11eb
            return (number ^ (number >> 31)) % 100 < UInt64(percent)
        }

        var isSpent: Bool {
            guard case .failElements(let keys, _, _, _) = fault.effect else { return remaining == 0 }
            guard let keys, let times = fault.times else { return false }
            return keys.allSatisfy { failuresByKey[$0, default: 0] >= times }
        }
    }

    private var entries: [Entry] = []

    /// What the faults say about a request as a whole.
    struct Verdict: Equatable {
        var delay: Duration = .zero
        /// The first effect that is not a delay.
        var effect: InjectedFault.Effect?
    }

    /// Those with something left to do.
    var faults: [InjectedFault] {
        entries.map { entry in
            var fault = entry.fault
            (fault.times, fault.skip) = (entry.remaining, entry.toSkip)
            return fault
        }
    }

    /// - Precondition: `times` is nil or above 0, `percent` nil or 1...99.
    mutating func add(_ fault: InjectedFault) {
        precondition(fault.times.map { $0 > 0 } ?? true, "a fault that happens \(fault.times ?? 0) times")
        precondition(fault.percent.map { (1...99).contains($0) } ?? true, "a fault that befalls \(fault.percent ?? 0) of 100 requests")
        entries.append(Entry(fault))
    }

    mutating func removeAll() { entries = [] }

    /// Spares a request everything below.
    var isEmpty: Bool { entries.isEmpty }

    /// Consumes one of `times` of each fault that takes part.
    mutating func verdict(on request: Request) -> Verdict {
        var verdict = Verdict()
        for index in entries.indices where entries[index].fault.matches(request) && verdict.effect == nil {
            if case .failElements = entries[index].fault.effect { continue }
            guard entries[index].toSkip == 0 else {
                entries[index].toSkip -= 1
                continue
            }
            guard entries[index].isDue() else { continue }
            switch entries[index].fault.effect {
            case .failElements: continue
            case .delay(let delay): verdict.delay += delay
            case let effect: verdict.effect = effect
            }
            entries[index].remaining? -= 1
        }
        entries.removeAll(where: \.isSpent)
        return verdict
    }

    /// The error for the document of that key, if one is due. Consumes one of its times.
    mutating func elementError(for key: String, in request: Request) -> ArangoError? {
        for index in entries.indices where entries[index].fault.matches(request) {
            guard case .failElements(let keys, let errorNum, let message, let status) = entries[index].fault.effect,
                keys?.contains(key) ?? true
            else { continue }
            let failures = entries[index].failuresByKey[key, default: 0]
            if let times = entries[index].fault.times, failures >= times { continue }
            entries[index].failuresByKey[key] = failures + 1
            if entries[index].isSpent { entries.remove(at: index) }
            return ArangoError(status: status ?? ArangoError.status(of: errorNum), errorNum: errorNum, message: message ?? "")
        }
        return nil
    }

    /// Spares the look at each key when no fault could need it.
    func mayFailElements(of request: Request) -> Bool {
        entries.contains { entry in
            guard case .failElements = entry.fault.effect else { return false }
            return entry.fault.matches(request)
        }
    }
}
