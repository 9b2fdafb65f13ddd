internal import Formats

/// The names of what a proof creates, and removes again: by them what an interrupted one has left behind is known.
struct SandboxNames: Equatable, Sendable {
    /// A proof ends long before. What is older was left behind by whatever created it.
    static let longestLife: Duration = .seconds(3600)
    private static let prefix = "warren_proof_"
    private static let edgesSuffix = "_edges"
    /// Each part is of a fixed length, so that nobody else's name is taken for one of ours.
    private static let timeDigits = 10, numberDigits = 8

    /// When it was created, in seconds since 1970 by the server's clock.
    let seconds: Int
    /// Who created it.
    let owner: SandboxOwner
    /// Tells proofs of one process apart.
    private let number: UInt32

    /// New names, that nobody else has.
    init(seconds: Int, owner: SandboxOwner = .own, number: UInt32 = .random(in: .min ... .max)) {
        self.seconds = min(max(seconds, 1_000_000_000), 9_999_999_999)
        self.owner = owner
        self.number = number
    }

    /// The names that a collection or a graph belongs to; `nil` if a proof did not create it.
    init?(_ name: String) {
        guard name.hasPrefix(Self.prefix) else { return nil }
        let rest = name.dropFirst(Self.prefix.count)
        let parts = (rest.hasSuffix(Self.edgesSuffix) ? rest.dropLast(Self.edgesSuffix.count) : rest).utf8.split(
            separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == Self.timeDigits, parts[1].count == 3 * Self.numberDigits,
            parts[0].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let seconds = Int(String(decoding: parts[0], as: UTF8.self))
        else { return nil }
        let numbers = (0..<3).compactMap { index -> UInt32? in
            let digits = parts[1].dropFirst(index * Self.numberDigits).prefix(Self.numberDigits)
            return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        }
        guard numbers.count == 3 else { return nil }
        self.init(seconds: seconds, owner: SandboxOwner(machine: numbers[0], process: numbers[1]), number: numbers[2])
        // Numbers are read in several forms, and written in one.
        guard name == documents || name == edges else { return nil }
    }

    /// The collection of documents.
    var documents: String {
        let numbers = [owner.machine, owner.process, number].map { number in
            let digits = String(number, radix: 16)
            return String(repeating: "0", count: Self.numberDigits - digits.count) + digits
        }
        return "\(Self.prefix)\(seconds)_\(numbers.joined())"
    }
    /// The collection of edges.
    var edges: String { documents + Self.edgesSuffix }
    /// The graph.
    var graph: String { documents }

    /// Whether they belong to a proof that has not ended in order: its process is gone, or it is too old.
    func isLeftBehind(now: Int) -> Bool { owner.isGone || Duration.seconds(now - seconds) > Self.longestLife }
}
