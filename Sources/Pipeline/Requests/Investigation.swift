internal import Messages
internal import Settings

/// Finds out the cause of failures that ArangoDB does not blame on a document: the message, or something that all messages share.
///
/// A message is to blame only if the same target demonstrably accepts writes while this one fails again and again. Evidence is a proof that passes
/// (``WriteProof``) and, better, other documents that are stored. Without it nothing is counted against a message, however often it fails.
struct Investigation {
    /// Proofs, or other requests, that have to pass after a failure before it counts against a message, for each message that is suspected: many
    /// that fail alike have something else in common, unless far more goes well. If requests fail by chance, one in nine say, five failures in a row
    /// with so many successes after each are seen once in ten million. A proof has another key each time, so they come to all shards.
    static let window = 8
    /// If more are suspected at once, nothing is counted against any of them.
    static let suspectsBound = 100
    /// So many failures must count before a message is given up if ArangoDB has not blamed its document.
    static let leastAttempts = 5
    /// After so many failed proofs in a row the target counts as accepting no writes.
    static let failedProofsBound = 2
    /// After so many single failures without a stored document, the rest of a failed request is not even tried.
    static let triedBound = 4
    /// How often another message's failure may spoil a window, before the message is tried again instead.
    static let restartsBound = 2
    /// So long nothing is counted against messages of which several fail alike while nothing is stored, although proofs pass.
    static let sharedBound: Duration = .seconds(60)
    /// After a message was given up while nothing is stored, no other one is given up for this time: although proofs pass, the message may not have
    /// been the cause. The time doubles with each further one, up to the longest. A quiet queue that holds only such messages is worked off, and an
    /// outage that no proof notices parks few: eight in ten minutes.
    static let firstPatience: Duration = .seconds(5)
    static let longestPatience: Duration = .seconds(600)

    /// What failed.
    struct Suspect {
        /// One write, or several of which some may be to blame.
        var request: RequestQueue.Request
        let fault: Fault
        /// ArangoDB has blamed this document, not the request.
        let isElement: Bool
        /// Documents in it when it failed.
        let documents: Int
        /// What had passed when it failed.
        var passedBefore: Int
        var restarts = 0

        var isAlone: Bool { documents == 1 }
    }

    /// What to do about a suspect.
    enum Verdict {
        /// Several writes failed together, and the target works: each half by itself.
        case divide(Suspect)
        /// It alone is to blame for this failure.
        case blame(Suspect)
        /// Others fail as well, though some documents are stored: it is tried again, and nothing is counted.
        case acquit(Suspect)
        /// Nothing is stored, whatever is sent.
        case shared(Fault)
    }

    /// How the target is proven to work.
    let proof: WriteProof
    /// What kind of request failed.
    let kind: RequestQueue.Request.Kind
    /// A request got no answer: it must be found out whether others get one, although no write is suspected yet.
    var wantsProof = false
    private(set) var waiting: [Suspect] = []
    /// Writes that have failed alone and are not settled.
    private var marks: Set<Lanes.Slot> = []
    /// Proofs and other requests that went well since the investigation began.
    private var passed = 0
    /// Documents stored since then.
    private(set) var stored = 0
    private(set) var failedProofs = 0
    /// Messages that were given up one after the other while nothing was stored.
    private var convictions = 0
    /// No further one is given up before this time, unless something is stored.
    private var patienceEnd: ContinuousClock.Instant?

    init(proof: WriteProof, kind: RequestQueue.Request.Kind) {
        self.proof = proof
        self.kind = kind
    }

    /// No write is suspected.
    var isQuiet: Bool { waiting.isEmpty && marks.isEmpty && !wantsProof }
    /// There is nothing to remember.
    var isOver: Bool { isQuiet && convictions == 0 }
    /// A proof is due.
    var needsProof: Bool { wantsProof || !waiting.isEmpty }

    func suspects(_ slot: Lanes.Slot) -> Bool { marks.contains(slot) }

    /// A request failed. `stored`: documents that it stored nevertheless.
    mutating func add(_ request: RequestQueue.Request, _ fault: Fault, isElement: Bool, stored: Int) {
        count(stored: stored)
        var suspect = Suspect(
            request: request, fault: fault, isElement: isElement, documents: request.documents, passedBefore: passed)
        // The edges to send are planned again.
        suspect.request.chunks = []
        if suspect.isAlone, marks.insert(request.slots[0]).inserted {
            // It was not suspected before, so requests may fail now and then in general.
            for index in waiting.indices where waiting[index].isAlone {
                waiting[index].passedBefore = passed
                waiting[index].restarts += 1
            }
        }
        waiting.append(suspect)
    }

    /// A proof has passed, or another request was done that stored so many documents.
    mutating func pass(storing count: Int = 0) {
        passed += 1
        failedProofs = 0
        wantsProof = false
        self.count(stored: count)
    }

    private mutating func count(stored count: Int) {
        stored += count
        if count > 0 { (convictions, patienceEnd) = (0, nil) }
    }

    /// A proof has failed: earlier passes prove nothing any more.
    mutating func proofFailed() {
        failedProofs += 1
        for index in waiting.indices { waiting[index].passedBefore = passed }
    }

    /// Takes out the suspects about which enough is known. `othersAreDue` if parts of a failed request are still to be tried.
    mutating func verdicts(othersAreDue: Bool, at now: ContinuousClock.Instant) -> [Verdict] {
        var (verdicts, rest): ([Verdict], [Suspect]) = ([], [])
        let isPatient = patienceEnd.map { now < $0 } ?? false
        for suspect in waiting {
            guard suspect.isAlone else {
                if passed > suspect.passedBefore { verdicts.append(.divide(suspect)) } else { rest.append(suspect) }
                continue
            }
            let isShared = marks.count >= (othersAreDue ? Self.triedBound : 2) || isPatient && !othersAreDue
            if stored == 0, isShared { return [.shared(suspect.fault)] }
            if isPatient || suspect.restarts > Self.restartsBound || marks.count > Self.suspectsBound {
                verdicts.append(.acquit(suspect))
            } else if passed - suspect.passedBefore >= Self.window * marks.count {
                verdicts.append(.blame(suspect))
            } else {
                rest.append(suspect)
            }
        }
        waiting = rest
        return verdicts
    }

    /// The write is done, or has reached its next step, or has left its lane.
    mutating func settled(_ slot: Lanes.Slot) { marks.remove(slot) }

    /// These writes are gone, wherever they were.
    mutating func forget(_ dropped: Set<Lanes.Slot>) {
        marks.subtract(dropped)
        for index in waiting.indices { waiting[index].request.slots.removeAll(where: dropped.contains) }
        waiting.removeAll { $0.request.slots.isEmpty }
    }

    /// A message was given up.
    mutating func convict(_ slot: Lanes.Slot, at now: ContinuousClock.Instant) {
        guard marks.remove(slot) != nil, stored == 0 else { return }
        patienceEnd = now + Backoff(first: Self.firstPatience, longest: Self.longestPatience).step(after: convictions)
        convictions += 1
    }

    /// Ends without a verdict: returns the suspects.
    mutating func abandon() -> [Suspect] {
        defer { (waiting, marks, wantsProof, failedProofs) = ([], [], false, 0) }
        return waiting
    }

    func forEach(_ body: (Lanes.Slot) -> Void) { for suspect in waiting { suspect.request.slots.forEach(body) } }
}

/// All investigations, one for each target and kind of request. Empty, as long as nothing fails.
struct Investigations {
    private(set) var list: [Investigation] = []

    var isEmpty: Bool { list.isEmpty }
    /// A suspect waits for a verdict.
    var areWaiting: Bool { list.contains { !$0.waiting.isEmpty } }

    /// The investigation of this target and kind; one begins, if there is none.
    subscript(proof: WriteProof, kind: RequestQueue.Request.Kind) -> Investigation {
        mutating get { list[index(proof, kind)] }
        _modify { yield &list[index(proof, kind)] }
    }

    subscript(index: Int) -> Investigation {
        get { list[index] }
        _modify { yield &list[index] }
    }

    func indices(of target: WriteTarget) -> [Int] { list.indices.filter { list[$0].proof.target == target } }

    /// The write failed alone before.
    func suspects(_ slot: Lanes.Slot) -> Bool { list.contains { $0.suspects(slot) } }

    /// A request of this kind was done, and stored so many documents.
    mutating func done(_ target: WriteTarget, _ kind: RequestQueue.Request.Kind, storing count: Int) {
        for index in list.indices where list[index].kind == kind && list[index].proof.target == target { list[index].pass(storing: count) }
    }

    mutating func settled(_ slot: Lanes.Slot) { for index in list.indices { list[index].settled(slot) } }
    mutating func forget(_ dropped: Set<Lanes.Slot>) { for index in list.indices { list[index].forget(dropped) } }
    mutating func convict(_ slot: Lanes.Slot, at now: ContinuousClock.Instant) {
        for index in list.indices { list[index].convict(slot, at: now) }
    }
    /// Forgets those that are over.
    mutating func clear() { list.removeAll(where: \.isOver) }

    private mutating func index(_ proof: WriteProof, _ kind: RequestQueue.Request.Kind) -> Int {
        if let index = list.firstIndex(where: { $0.kind == kind && $0.proof.target == proof.target }) { return index }
        list.append(Investigation(proof: proof, kind: kind))
        return list.count - 1
    }
}
