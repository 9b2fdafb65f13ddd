internal import Formats
package import Settings

/// What the onward messages of a processor have in common.
package final class OnwardFormat: Sendable {
    let exchange: String
    let body: EmitSettings.Body
    let tellsStale: Bool
    /// `"operation":"…","processor":"…","collection":"…"`: what every event begins with.
    let eventStart: [UInt8]

    /// Of `emit` of the processor `own`.
    package init(_ emit: EmitSettings, of own: ProcessorSettings) {
        exchange = emit.exchange
        body = emit.body
        tellsStale = emit.stale
        let members = [("operation", own.operation.rawValue), ("processor", own.name), ("collection", own.collection)]
        eventStart = Array(
            members.map { JSONString.quotedName($0) + JSONString.quoted($1) }.joined(separator: CollectionOfOne(UInt8(ascii: ","))))
    }
}

/// The onward message that a message asks for, once it is written: where it goes, and how its body is made.
public final class OnwardPlan: Sendable {
    /// What became of the message, as far as others are concerned.
    public enum Outcome: String, Sendable {
        /// It is stored: by this write, or by an earlier one of the same message.
        case written
        /// Something newer is stored.
        case stale
    }

    private let format: OnwardFormat
    /// The routing key, at most 255 bytes.
    public let routingKey: String

    /// A message of this format.
    package init(_ format: OnwardFormat, routingKey: String) {
        self.format = format
        self.routingKey = routingKey
    }

    /// The exchange.
    public var exchange: String { format.exchange }
    /// Whether a stale message is published as well.
    public var tellsStale: Bool { format.tellsStale }
    /// Whether the body includes the document's revision.
    public var needsRevision: Bool { format.body == .event }
    /// Whether body and properties are the message's own.
    public var isOriginal: Bool { format.body == .original }

    /// The body of the onward message of `write`. `revision`: of the document, where it has one.
    public func body(of write: PlannedWrite, _ outcome: Outcome, revision: String?) -> ArraySlice<UInt8> {
        switch format.body {
        case .original: return write.delivery.body
        case .document:
            var text: [UInt8] = []
            text.reserveCapacity(write.document.byteCount(key: write.key))
            write.document.write(into: &text, key: write.key)
            return text[...]
        case .event:
            var text = [UInt8(ascii: "{")] + format.eventStart
            Self.add(Self.keyName, JSONString.quoted(write.key.text), to: &text)
            if let version = write.version { Self.add(Self.versionName, String(version).utf8, to: &text) }
            Self.add(Self.outcomeName, JSONString.quoted(outcome.rawValue), to: &text)
            if let revision { Self.add(Self.revisionName, JSONString.quoted(revision), to: &text) }
            text.append(UInt8(ascii: "}"))
            return text[...]
        }
    }

    private static func add(_ name: [UInt8], _ value: some Collection<UInt8>, to members: inout [UInt8]) {
        members.append(UInt8(ascii: ","))
        members += name
        members += value
    }

    private static let keyName = JSONString.quotedName("key")
    private static let versionName = JSONString.quotedName("version")
    private static let outcomeName = JSONString.quotedName("outcome")
    private static let revisionName = JSONString.quotedName("revision")
}
