internal import Formats
public import Messages
import Settings

/// The edges that a message asks for, once its document is written.
///
/// They are known to be right but not kept: each chunk is read from the message's text when it leaves, so that a message of thousands of
/// relations costs no more memory than its text.
public final class Relations: PlannedEdges {
    /// Relations in one message whose other edges are removed. One that names more is refused: each costs memory while edges that it does not name
    /// are looked for. Where nothing is removed they leave piece by piece, as many as they are.
    public static let bound = 100_000

    let plans: [EdgePlan]
    let document: DocumentKey
    let version: UInt64?
    /// Holds the message's text at its start.
    let bytes: [UInt8]
    /// The array of each plan; nil: the message has none.
    let arrays: [JSONPlace?]
    /// How many edges they are.
    public let count: Int
    /// Bytes that the edges' documents take, about.
    public let byteCount: Int
    /// The first edge; nil: the message names none.
    public let first: EdgeCursor?
    /// Attribute of the document that holds the version of the message that its edges are of; nil without versions.
    public let marker: String?
    /// What follows the last edge, one after the other.
    public let sweeps: [SweepPlan]

    /// Checks every element of `message` for every plan.
    init(
        _ plans: [EdgePlan], in message: ScannedMessage, of document: DocumentKey, version: UInt64?, marker: String?,
        sweeps: [SweepPlan]
    ) throws(Refusal) {
        self.plans = plans
        self.document = document
        self.version = version
        self.marker = marker
        self.sweeps = sweeps
        // Without edges nothing refers to the text: a decompressed one can go.
        bytes = plans.isEmpty ? [] : message.bytes
        arrays = try plans.map { plan throws(Refusal) in try message.array(at: plan.each) }
        first = Self.cursor(from: 0, in: arrays, bytes)
        var scanner = JSONScanner()
        var (count, byteCount, relationCount) = (0, 0, 0)
        for (plan, array) in zip(plans, arrays) {
            guard let array else { continue }
            var elements = ElementWalk(array, in: bytes)
            while let start = elements.next {
                if !plan.isOfPlaceholders { relationCount += 1 }
                guard sweeps.isEmpty || relationCount <= Self.bound else {
                    throw Refusal(
                        .tooLarge, "more than \(Self.bound) relations, the most where others are removed; at \(plan.each.pointer)")
                }
                let element = elements.scan(&scanner, for: plan.tree)
                count += 1
                do throws(Refusal) {
                    _ = try plan.key(element, of: document)
                } catch {
                    let index = ElementWalk.index(of: start, in: array, bytes)
                    throw Refusal(error.reason, "element \(index) of \(plan.each.pointer) \(error.detail)")
                }
            }
            byteCount += array.end - array.start
        }
        self.count = count
        self.byteCount = byteCount + count * Self.ownBytes
    }

    /// Bytes that an edge has besides its element, about: its key, its ends, the stamp and the version.
    private static let ownBytes = 200

    /// Where the edges from `cursor` on go.
    public func target(at cursor: EdgeCursor) -> WriteTarget { plans[cursor.list].target }

    /// The edges from `cursor` on, at least one and then as many as both bounds allow. `owner` is the write of the message's document.
    public func chunk(of owner: PlannedWrite, from cursor: EdgeCursor, documents: Int, bytes bound: Int) -> EdgeChunk {
        let plan = plans[cursor.list]
        var scanner = JSONScanner()
        var elements = ElementWalk(at: cursor.place, in: bytes)
        var writes: [PlannedWrite] = []
        var left = bound
        while let start = elements.next, writes.count < max(1, documents) {
            let element = elements.scan(&scanner, for: plan.tree)
            // Checked before: every element has a key.
            guard let (key, other) = try? plan.key(element, of: document) else { continue }
            let text = plan.document(element, of: document, other: other, version: version)
            let size = text.byteCount(key: key)
            guard writes.isEmpty || size <= left else {
                return EdgeChunk(writes: writes, next: EdgeCursor(list: cursor.list, place: start))
            }
            left -= size
            writes.append(
                PlannedWrite(
                    processor: owner.processor, delivery: owner.delivery, target: plan.target, key: key,
                    version: plan.target.versionAttribute == nil ? nil : version, document: text))
        }
        let next = elements.next.map { EdgeCursor(list: cursor.list, place: $0) }
        return EdgeChunk(writes: writes, next: next ?? Self.cursor(from: cursor.list + 1, in: arrays, bytes))
    }

    /// The keys of the edges that a sweep must leave alone because the message names them.
    public func keys(keptBy sweep: SweepPlan) -> Set<String> {
        var keys: Set<String> = []
        var scanner = JSONScanner()
        for (plan, array) in zip(plans, arrays) {
            guard let array, !plan.isOfPlaceholders, plan.target.collection.isExactly(sweep.target.collection),
                plan.direction == sweep.direction
            else { continue }
            var elements = ElementWalk(array, in: bytes)
            while elements.next != nil {
                let element = elements.scan(&scanner, for: plan.tree)
                if let (key, _) = try? plan.key(element, of: document) { keys.insert(key.text) }
            }
        }
        return keys
    }

    /// The first element of the first array that has one, from the array numbered `list` on.
    private static func cursor(from list: Int, in arrays: [JSONPlace?], _ bytes: [UInt8]) -> EdgeCursor? {
        for index in arrays.indices.dropFirst(list) {
            if let array = arrays[index], let place = ElementWalk(array, in: bytes).next { return EdgeCursor(list: index, place: place) }
        }
        return nil
    }
}
