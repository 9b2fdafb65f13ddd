internal import Broker
internal import ControlMessages

/// How a user names a dead letter: by its id, or by the beginning of it.
///
/// A letter's id is the name in its `warren-letter` header. Letters without one, which an older Warren or RabbitMQ itself has put there, are named by
/// their digest. Any publisher may have written the header, so two letters may have the same name: a dot and the beginning of the digest behind it
/// distinguish them.
struct DeadLetterID {
    /// Digits of a name, and of a digest.
    static let digits = 32
    /// The fewest digits that are taken for the beginning of an id: less would be a number of a listing of earlier versions.
    static let fewestDigits = 8

    private let name: Substring
    private let digest: Substring?

    /// Throws `bad_request` if it cannot be the id of any letter.
    init(_ text: String) throws(ControlError) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        name = parts[0]
        digest = parts.count > 1 ? parts[1] : nil
        let isName = Self.fewestDigits...Self.digits ~= name.utf8.count && name.utf8.allSatisfy(\.isIDDigit)
        let isDigest = digest.map { !$0.isEmpty && $0.utf8.allSatisfy(\.isIDDigit) && name.utf8.count == Self.digits } ?? true
        guard isName && isDigest else {
            throw .badRequest(
                "id must be as a listing shows it: \(Self.digits) digits from 0 to f, or at least the first \(Self.fewestDigits) of them"
            )
        }
    }

    /// Whether the letter may be the one that is meant.
    func fits(_ letter: DeadLetterContent) -> Bool {
        letter.id.hasPrefix(name) && (digest.map { letter.delivery.digest.hasPrefix($0) } ?? true)
    }

    /// The name in the header, if it is one that Warren could have given.
    static func name(_ header: String?) -> String? {
        guard let header, header.utf8.count == digits, header.utf8.allSatisfy(\.isIDDigit) else { return nil }
        return header
    }
}

extension UInt8 {
    /// A hexadecimal digit as Warren writes them.
    fileprivate var isIDDigit: Bool { 0x30...0x39 ~= self || 0x61...0x66 ~= self }
}
