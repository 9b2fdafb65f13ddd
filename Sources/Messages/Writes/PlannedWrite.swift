public import Settings

/// A document's key: 1…254 bytes of the characters that ArangoDB allows (ArangoDB.md section 7).
public struct DocumentKey: Hashable, Sendable, CustomStringConvertible {
    /// The key's text, ASCII only.
    public let text: String
    /// The text's seeded hash, made once: a write is looked up by its key several times.
    package let textHash: Int

    /// Only ``KeyRules`` makes keys from outside; tests use legal literals.
    package init(legal text: String) {
        self.text = text
        textHash = text.hashValue
    }

    /// By the text.
    public static func == (left: DocumentKey, right: DocumentKey) -> Bool { left.textHash == right.textHash && left.text == right.text }

    /// By the text.
    public func hash(into hasher: inout Hasher) { hasher.combine(textHash) }

    /// The key's text.
    public var description: String { text }
}

/// Where a write goes and how: writes with the same target can share a request.
///
/// A class, because all writes of a processor share one: a write counts one reference, and mostly the same object is compared with itself.
public final class WriteTarget: Hashable, Sendable {
    /// What the request does to a document that exists (ArangoDB.md section 3, overwriteMode).
    public enum Mode: String, Sendable {
        /// Merge, creating it if absent: `POST … overwriteMode=update`.
        case update
        /// Replace, creating it if absent: `POST … overwriteMode=replace`.
        case replace
        /// Leave it, creating it if absent: `POST … overwriteMode=ignore`.
        case create
        /// Delete it: `DELETE` with an array. A missing document counts as done.
        case remove
    }

    /// The collection.
    public let collection: String
    /// What to do there.
    public let mode: Mode
    /// Attribute that ArangoDB compares (`versionAttribute`); `nil` without versions.
    public let versionAttribute: String?

    /// A target by its parts.
    public init(collection: String, mode: Mode, versionAttribute: String?) {
        self.collection = collection
        self.mode = mode
        self.versionAttribute = versionAttribute
    }

    /// By the bytes of the names.
    @inlinable public static func == (left: WriteTarget, right: WriteTarget) -> Bool {
        left === right
            || (left.mode == right.mode && left.collection.isExactly(right.collection)
                && left.versionAttribute.isExactly(right.versionAttribute))
    }

    /// By the names.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(collection)
        hasher.combine(mode)
        hasher.combine(versionAttribute)
    }
}

/// One message as the write it will be. Still unsent, and still holding its delivery.
///
/// A class, because it moves through several queues: one reference count instead of one for each of its parts.
public final class PlannedWrite: Sendable {
    /// Whose message it is.
    public let processor: SubscriptionID
    /// The message.
    public let delivery: Delivery
    /// Where it goes.
    public let target: WriteTarget
    /// Which document.
    public let key: DocumentKey
    /// The message's version, if the processor uses versions.
    public let version: UInt64?
    /// What is stored; empty for ``WriteTarget/Mode/remove``.
    public let document: DocumentText
    /// What follows once the document is written; `nil` if nothing does.
    public let relations: (any PlannedEdges)?
    /// The onward message about it, published when everything is written; `nil` for none.
    public let onward: OnwardPlan?

    /// The `id` of the CloudEvent that it came in; `nil` if it came in none.
    public let eventID: String?
    /// Bytes that it holds besides the delivery and what is added to the document: a decoded body.
    private let copiedBytes: Int

    /// Something is to be done once the document is written.
    public var hasSequel: Bool { relations != nil || onward != nil }

    /// Bytes of memory that the write takes until it is settled: the delivery, what is added to the document, and a decoded body.
    public var heldBytes: Int { delivery.bytes.count + document.additions.count + copiedBytes }

    /// A write by its parts.
    public init(
        processor: SubscriptionID, delivery: Delivery, target: WriteTarget, key: DocumentKey, version: UInt64?, document: DocumentText,
        relations: (any PlannedEdges)? = nil, onward: OnwardPlan? = nil, eventID: String? = nil, copiedBytes: Int = 0
    ) {
        self.processor = processor
        self.delivery = delivery
        self.target = target
        self.key = key
        self.version = version
        self.document = document
        self.relations = relations
        self.onward = onward
        self.eventID = eventID
        self.copiedBytes = copiedBytes
    }
}
