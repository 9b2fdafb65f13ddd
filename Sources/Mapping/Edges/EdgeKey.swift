internal import Formats
internal import Messages
import Settings

/// The deterministic key of an edge: the same relation in the same direction is the same edge, however often it is written.
///
/// `companies:1:companies:2:owns`, read from its start to its end. An edge that belongs to its end (`from` in the settings) has an empty part in
/// the middle: what each of two messages says about a relation is versioned on its own. Where a part is no part of a legal key, or all are too
/// long, the key is the SHA-256 of all parts, which holds no colon and so is never another edge's readable key.
enum EdgeKey {
    private static let separator = UInt8(ascii: ":")

    /// The key of the edge between two documents; `discriminators` tell several between the same two apart.
    static func key(
        from: (collection: String, key: String), to: (collection: String, key: String), belongsTo direction: EdgeSettings.Direction,
        discriminators: [ArraySlice<UInt8>]
    ) -> DocumentKey {
        var parts = [Array(from.collection.utf8)[...], Array(from.key.utf8)[...]]
        if direction == .in { parts.append([]) }
        parts += [Array(to.collection.utf8)[...], Array(to.key.utf8)[...]]
        parts += discriminators
        let readable = parts.joined(separator: CollectionOfOne(separator))
        if !parts.contains(where: { $0.contains(separator) }), let key = try? KeyRules.key(Array(readable)[...]) { return key }
        return DocumentKey(legal: SHA256.hexadecimal(unambiguous(parts)))
    }

    /// Each part with its length before it: no two lists of parts have the same text.
    private static func unambiguous(_ parts: [ArraySlice<UInt8>]) -> [UInt8] {
        parts.flatMap { Array("\($0.count):".utf8) + $0 }
    }
}
