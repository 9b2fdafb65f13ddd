/// One `[[processor]]`: a queue, and what its messages do to a collection.
public struct ProcessorSettings: Sendable, Equatable {
    /// What a message does to its document.
    public enum Operation: String, Sendable, CaseIterable {
        /// Merge into the document, create it if absent.
        case update
        /// The message is the full truth: replace the document.
        case sync
        /// Mark, expire or remove the document: see ``ProcessorSettings/onInvalidate``.
        case invalidate
    }

    /// What `invalidate` means.
    public enum Invalidation: String, Sendable, CaseIterable {
        /// Merge `<mark>` and `<mark>_at` into the document, creating a tombstone if it is absent.
        case mark
        /// Mark, and set `expires_at` for a TTL index.
        case expire
        /// Delete now. Refused together with `version`: ArangoDB does not version deletes (ArangoDB.md section 3).
        case remove
    }

    /// What `invalidate` does to the edges that other processors of the collection write.
    public enum EdgeInvalidation: String, Sendable, CaseIterable {
        /// They stay as they are.
        case keep
        /// They get the mark and its time, as the document does.
        case mark
        /// They go.
        case remove
    }

    /// What a message is wrapped in.
    public enum Envelope: String, Sendable, CaseIterable {
        /// Nothing.
        case plain
        /// A CloudEvent 1.0, in structured (JSON) or binary mode.
        case cloudevents
    }

    /// Unique name: in logs, metrics and commands. Letters, digits, `-`, `_`, `.`; 1…64 characters.
    public var name: String
    /// False: it is switched off, and so among ``Settings/disabled`` instead of ``Settings/processors``.
    public var isEnabled = true
    /// The queue to consume. 1…255 bytes.
    @Exact public var queue: String
    /// What a message does to its document.
    public var operation: Operation
    /// The collection written to.
    @Exact public var collection: String
    /// What its messages are wrapped in. All pointers start inside.
    public var envelope = Envelope.plain
    /// Where the message holds the document key. A whole number is accepted and used by its digits.
    public var key: JSONPointer
    /// Where the message holds its version (whole number, or RFC 3339 time); `nil` without versions.
    public var version: JSONPointer?
    /// What is stored; the empty pointer is the whole message.
    public var document = JSONPointer()
    /// Attribute of the stored document that holds the version.
    @Exact public var versionAttribute = "version"
    /// Attribute that marks an invalid document; its time is `<mark>_at`.
    @Exact public var mark = "invalidated"
    /// What `invalidate` means for this processor.
    public var onInvalidate = Invalidation.mark
    /// With ``Invalidation/expire``: how long after the invalidation the document goes, in whole seconds. 1 s…3650 d.
    public var expireAfter: Duration = .seconds(30 * 86_400)
    /// Attribute = pointer into the message; when not empty only these are stored. In the order of the file.
    public var map: [AttributeMapping] = []
    /// Constants added to every document, as JSON text. In the order of the file.
    public var set: [AttributeConstant] = []
    /// What `invalidate` means for edges.
    public var edgesOnInvalidate = EdgeInvalidation.keep
    /// Relations of the message that become edges. In the order of the file; none with ``Operation/invalidate``.
    public var edges: [EdgeSettings] = []
    /// Whose edges they are, instead of the processor's name: processors with one stamp maintain the same edges. Like a processor's name.
    public var stamp: String?
    /// Full resynchronisations; `nil` for none.
    public var resync: ResyncSettings?
    /// The onward message; `nil` for none.
    public var emit: EmitSettings?
    /// How many queues its messages are dealt out to, so that several instances share the work and each document's messages keep their order; `nil`
    /// if the queue itself is consumed. 1…512. See ``PartitionNames``.
    public var partitions: Int?
    /// What decides in which partition a message goes.
    public var partitionBy = PartitionKey.routingKey
    /// The type of the queues that are created for it; `nil` for the broker's default.
    public var queueType: QueueType?
    /// Whether instances share the partitions: those that start together at once, and later one that has more than its share hands some over.
    public var balances = true
    /// Overrides `[rabbitmq] prefetch`.
    public var prefetch: UInt16?
    /// Takes no more messages than this, in the mean over a second; `nil` for as many as ArangoDB takes.
    public var rate: MessageRate?
    /// Overrides `[retry]`.
    public var retry: RetrySettings?
    /// Overrides `[verify] mode`.
    public var verify: VerifyMode?
    /// Whether waiting writes of one document become one; `nil` if they do with ``version``. See ``conflates``.
    public var conflate: Bool?

    /// Whether waiting writes of one document become one, as far as that is this processor's choice: not while every write is verified, and
    /// not with edges or onward messages, because each message has its own.
    public var conflates: Bool { (conflate ?? (version != nil)) && edges.isEmpty && edgesOnInvalidate == .keep && emit == nil }

    /// A processor with the required keys; everything else at its default.
    public init(name: String, queue: String, operation: Operation, collection: String, key: JSONPointer) {
        self.name = name
        self.queue = queue
        self.operation = operation
        self.collection = collection
        self.key = key
    }
}

/// One entry of `map`.
public struct AttributeMapping: Sendable, Equatable {
    /// Name in the stored document.
    @Exact public var attribute: String
    /// Place in the message.
    public var pointer: JSONPointer

    /// Attribute `attribute` takes the value at `pointer`.
    public init(attribute: String, pointer: JSONPointer) {
        self.attribute = attribute
        self.pointer = pointer
    }
}

/// One entry of `set`.
public struct AttributeConstant: Sendable, Equatable {
    /// Name in the stored document.
    @Exact public var attribute: String
    /// The value as JSON text.
    @Exact public var json: String

    /// Attribute `attribute` always has the value `json`.
    public init(attribute: String, json: String) {
        self.attribute = attribute
        self.json = json
    }
}
