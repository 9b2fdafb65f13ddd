internal import Formats
internal import Settings

/// The onward message that a message asks for, once it is written: where it goes, and how its body is made.
public final class OnwardPlan: Sendable {
    /// What became of the message, as far as others are concerned.
    public enum Outcome: String, Sendable {
        /// It is stored: by this write, or by an earlier one of the same message.
        case written
        /// Something newer is stored.
        case stale
    }

    private let plan: OnwardTemplate
    /// The routing key, at most 255 bytes.
    public let routingKey: String

    init(_ plan: OnwardTemplate, routingKey: String) {
        self.plan = plan
        self.routingKey = routingKey
    }

    /// The exchange.
    public var exchange: String { plan.exchange }
    /// Whether a stale message is told as well.
    public var tellsStale: Bool { plan.tellsStale }
    /// Whether the body tells the document's revision.
    public var needsRevision: Bool { plan.body == .event }
    /// Whether body and properties are the message's own.
    public var isOriginal: Bool { plan.body == .original }

    /// The body of the onward message of `write`. `revision`: of the document, where it has one.
    public func body(of write: PlannedWrite, _ outcome: Outcome, revision: String?) -> ArraySlice<UInt8> {
        switch plan.body {
        case .original: return write.delivery.body
        case .document:
            var text: [UInt8] = []
            text.reserveCapacity(write.document.byteCount(key: write.key))
            write.document.write(into: &text, key: write.key)
            return text[...]
        case .event:
            var text = [UInt8(ascii: "{")] + plan.eventStart
            MappingPlan.add(Self.keyName, JSONString.quoted(write.key.text), to: &text)
            if let version = write.version { MappingPlan.add(Self.versionName, String(version).utf8, to: &text) }
            MappingPlan.add(Self.outcomeName, JSONString.quoted(outcome.rawValue), to: &text)
            if let revision { MappingPlan.add(Self.revisionName, JSONString.quoted(revision), to: &text) }
            text.append(UInt8(ascii: "}"))
            return text[...]
        }
    }

    private static let keyName = JSONString.quotedName("key")
    private static let versionName = JSONString.quotedName("version")
    private static let outcomeName = JSONString.quotedName("outcome")
    private static let revisionName = JSONString.quotedName("revision")
}
