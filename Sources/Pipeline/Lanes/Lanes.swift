internal import Messages
internal import Settings

/// Keeps the writes of one document in delivery order, one in flight at a time; different documents do not wait for each other.
///
/// All processors share the lanes, because *updated* and *invalidated* meet in the same document.
struct Lanes {
    /// Where a write is kept while it is held.
    typealias Slot = Int

    /// One held write.
    struct Entry {
        let write: PlannedWrite
        let session: SessionID
        /// When it came, on the machine's own clock.
        let receivedNanoseconds: Int
        /// Times it was written and failed for a reason of its own.
        var attempts = 0
        /// It got no answer, was read back, and was not there.
        var wasUndone = false
        /// Write-write conflicts since the last attempt that counted.
        var conflicts = 0
        /// Where it is.
        fileprivate(set) var stage = WriteStage.waiting
        /// A request has been sent with it: its answer may be about just this text, so nothing is folded into it any more.
        var hasLeft = false
        /// It has failed together with others, and is now judged by itself.
        var isAlone = false
        /// Others behind it are sent with it: see ``ConflatedWrites``.
        var leadsConflation = false
        /// The database has confirmed it; only reading back is outstanding.
        var isConfirmed = false
        /// The database could not accept it, and that was reported.
        var isTurnedAway = false
        /// How far it has come with what follows its document; `nil` if the document is still to be written.
        var boxedProgress: Boxed<Progress>?
        /// The write of the same document that came after it.
        fileprivate(set) var next: Slot?
    }

    /// Which document, in all collections.
    struct Document: Hashable, Prehashed {
        let collection: Int
        let key: DocumentKey

        /// Multiplied by a large odd number, so that one key in two collections has two hashes.
        var storedHash: Int { key.textHash ^ (collection &* 0x1E37_79B9_7F4A_7C15) }
    }
    private struct Lane {
        var head: Slot
        var tail: Slot
    }

    /// A number for each processor's collection, equal where the collection is.
    private var collectionOf = PerSubscription<Int>()
    /// The collections by their numbers.
    private var collections: [String] = []
    private var numbers: [Exact<String>: Int] = [:]
    private var lanes = PrehashedDictionary<Document, Lane>()
    private var entries: [Entry?] = []
    private var free: [Slot] = []

    /// Which processors' writes may become one.
    private(set) var conflates = PerSubscription<Bool>()
    /// Bytes that merged documents may have.
    var mergedBytes = 0
    var conflations = ConflationTable()
    private var entryBytes = 0

    /// Writes in requests that have left.
    private(set) var inFlightCount = 0
    /// Bytes of all deliveries held, and of what was merged from them.
    var heldBytes: Int { entryBytes + conflations.bytes }
    /// Writes held.
    var count: Int { entries.count - free.count }

    /// Sets which collection a processor writes to, and whether its writes may become one. No write of it is held if that changes.
    mutating func assign(_ processor: SubscriptionID, collection: String, conflates: Bool) {
        let number = numbers[Exact(collection)] ?? collections.count
        if number == collections.count {
            collections.append(collection)
            numbers[Exact(collection)] = number
        }
        if processor == collectionOf.endIndex {
            collectionOf.append(number)
            self.conflates.append(conflates)
        } else {
            collectionOf[processor] = number
            self.conflates[processor] = conflates
        }
    }

    /// Where a processor writes to; `nil` for one that is not known yet.
    func collection(of processor: SubscriptionID) -> String? {
        collectionOf.indices.contains(processor) ? collections[collectionOf[processor]] : nil
    }

    /// Writes of one processor held. Looks at all of them.
    func count(of processor: SubscriptionID) -> Int { entries.count { $0?.write.processor == processor } }

    /// The write kept in `slot`, which must be taken.
    subscript(slot: Slot) -> Entry {
        // Lent, because a copy is large and each message is asked several things.
        _read { yield entries[slot]! }
    }

    /// What is to be done next about the write in `slot`, which must be taken.
    func step(of slot: Slot) -> WriteStep { entries[slot]?.boxedProgress?.value.step ?? .document }

    /// The target of that step, and whether it is a sweep. Without a copy of the entry, because each message asks.
    func due(_ slot: Slot) -> (target: WriteTarget, isSweep: Bool) {
        let write = entries[slot]!.write
        guard let step = entries[slot]!.boxedProgress?.value.step else { return (write.target, false) }
        return (step.target(of: write), step.isSweep)
    }

    /// A write is kept in `slot`.
    func isTaken(_ slot: Slot) -> Bool { entries[slot] != nil }

    /// Shows each held write with its slot.
    func forEachSlot(_ body: (Slot, Entry) -> Void) {
        for slot in entries.indices { if let entry = entries[slot] { body(slot, entry) } }
    }

    /// Shows each held write, in no particular order.
    func forEach(_ body: (Entry) -> Void) {
        for entry in entries { if let entry { body(entry) } }
    }

    /// Shows the slots of each document's writes, the first of the lane first.
    func forEachLane(_ body: ([Slot]) -> Void) {
        for (_, lane) in lanes.elements { body(Array(sequence(first: lane.head) { self[$0].next })) }
    }

    /// The write of a document that was delivered last; `nil` if none is held.
    func last(of document: Document) -> Entry? { lanes[document].map { self[$0.tail] } }

    /// Changes one attribute in place, without moving the entry.
    mutating func update(_ slot: Slot, _ change: (inout Entry) -> Void) {
        change(&entries[slot]!)
    }

    /// Notes where a write is, and with it what leaves with it.
    mutating func setStage(_ slot: Slot, _ stage: WriteStage) {
        var (wasInFlight, leadsConflation) = (false, false)
        update(slot) {
            (wasInFlight, leadsConflation) = ($0.stage.isInFlight, $0.leadsConflation)
            $0.stage = stage
            if stage.isInFlight { $0.hasLeft = true }
        }
        guard wasInFlight != stage.isInFlight else { return }
        inFlightCount += wasInFlight ? -1 : 1
        guard leadsConflation else { return }
        for follower in slots(leavingWith: slot).dropFirst() {
            update(follower) { $0.stage = wasInFlight ? .waiting : stage }
            inFlightCount += wasInFlight ? -1 : 1
        }
    }

    /// Takes a write in. `isFirst` if no other of its document is held, so that it may be sent.
    mutating func add(_ write: PlannedWrite, session: SessionID, at nanoseconds: Int) -> (slot: Slot, isFirst: Bool) {
        let slot = take(Entry(write: write, session: session, receivedNanoseconds: nanoseconds))
        entryBytes += write.heldBytes
        let key = document(of: write)
        // Most documents have one write at a time, so this is most often enough.
        guard let lane = lanes.updateValue(Lane(head: slot, tail: slot), forKey: key) else { return (slot, true) }
        entries[lane.tail]!.next = slot
        lanes[key] = Lane(head: lane.head, tail: slot)
        return (slot, false)
    }

    /// Removes the first write of its document. Returns the one that is first now.
    mutating func finish(_ slot: Slot) -> Slot? {
        let (write, next) = (entries[slot]!.write, entries[slot]!.next)
        if entries[slot]!.stage.isInFlight { inFlightCount -= 1 }
        let key = document(of: write)
        let lane = lanes.removeValue(forKey: key)
        precondition(lane?.head == slot, "only the first write of a document can finish")
        if let next, let lane { lanes[key] = Lane(head: next, tail: lane.tail) }
        release(slot)
        return next
    }

    /// Drops held writes that have not left, wherever they wait. `newFirst` are those that are first of their document because of it.
    mutating func drop(where isDropped: (Entry) -> Bool) -> (dropped: Set<Slot>, newFirst: [Slot]) {
        var dropped: Set<Slot> = []
        var newFirst: [Slot] = []
        for (key, lane) in lanes.elements {
            var kept: [Slot] = []
            var next: Slot? = lane.head
            while let slot = next {
                let entry = self[slot]
                next = entry.next
                if !entry.stage.isInFlight && isDropped(entry) { dropped.insert(slot) } else { kept.append(slot) }
            }
            guard let head = kept.first, let tail = kept.last else {
                lanes[key] = nil
                continue
            }
            if head != lane.head { newFirst.append(head) }
            for (slot, following) in zip(kept, kept.dropFirst()) { entries[slot]!.next = following }
            entries[tail]!.next = nil
            lanes[key] = Lane(head: head, tail: tail)
        }
        dropped.forEach { release($0) }
        return (dropped, newFirst)
    }

    /// The document that a write is for.
    func document(of write: PlannedWrite) -> Document {
        Document(collection: collectionOf[write.processor], key: write.key)
    }

    private mutating func take(_ entry: Entry) -> Slot {
        if let slot = free.popLast() {
            entries[slot] = entry
            return slot
        }
        entries.append(entry)
        return entries.count - 1
    }

    private mutating func release(_ slot: Slot) {
        entryBytes -= self[slot].write.heldBytes
        if self[slot].leadsConflation { conflations.remove(slot) }
        entries[slot] = nil
        free.append(slot)
    }
}
