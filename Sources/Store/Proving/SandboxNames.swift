internal import Formats

/// The names of what a proof creates, and removes again: by them one that was left behind by a crash is known, and its age.
struct SandboxNames: Equatable, Sendable {
    /// A proof ends long before. What is older was left behind.
    static let longestLife: Duration = .seconds(3600)
    private static let prefix = "warren_proof_"
    private static let edgesSuffix = "_edges"
    /// Both are of a fixed length, so that nobody else's name is taken for one of ours.
    private static let timeDigits = 10, tokenDigits = 16

    /// When it was created, in seconds since 1970 by the server's clock.
    let seconds: Int
    private let token: String

    /// New names, that nobody else has.
    init(seconds: Int, token: UInt64 = .random(in: .min ... .max)) {
        self.seconds = min(max(seconds, 1_000_000_000), 9_999_999_999)
        let digits = String(token, radix: 16)
        self.token = String(repeating: "0", count: Self.tokenDigits - digits.count) + digits
    }

    /// Those to which the name of a collection or a graph belongs; nil: it is none of ours.
    init?(_ name: String) {
        guard name.hasPrefix(Self.prefix) else { return nil }
        let rest = name.dropFirst(Self.prefix.count)
        let parts = (rest.hasSuffix(Self.edgesSuffix) ? rest.dropLast(Self.edgesSuffix.count) : rest).split(
            separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == Self.timeDigits, parts[1].utf8.count == Self.tokenDigits,
            parts[0].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let seconds = Int(parts[0]),
            parts[1].utf8.allSatisfy({ $0.hexDigitValue != nil }), parts[1] == parts[1].lowercased()
        else { return nil }
        self.seconds = seconds
        token = String(parts[1])
    }

    /// The collection of documents.
    var documents: String { "\(Self.prefix)\(seconds)_\(token)" }
    /// The collection of edges.
    var edges: String { documents + Self.edgesSuffix }
    /// The graph.
    var graph: String { documents }

    /// Whether they belong to a proof that has not ended in order.
    func isLeftBehind(now: Int) -> Bool { .seconds(now - seconds) > Self.longestLife }
}
