import JSONOracle
import Schedules

/// Random JSON: trees in which each name and string is written as it comes, escapes and all.
struct RandomJSON {
    var random: SplitMix

    /// A tree of at most `depth` levels more.
    mutating func value(depth: Int) -> ReferenceJSON {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
        case 0: .plain(random.pick(["true", "false", "null"]))
        case 1, 2: .plain(random.pick(["0", "-0", "7", "-12", "1.10", "0.0e-0", "1E400", "100000000000000000000000001", "-1.5e+10"]))
        case 3, 4: .string(string())
        case 5: .array((0..<Int.random(in: 0..<4, using: &random)).map { _ in value(depth: depth - 1) })
        default: .object(members(depth: depth))
        }
    }

    /// Members with different names, among them often those that Warren itself writes.
    mutating func members(depth: Int) -> [ReferenceJSON.Member] {
        var names: Set<[UInt8]> = []
        var members: [ReferenceJSON.Member] = []
        let count = random.chance(1, in: 30) ? 50 : Int.random(in: 0..<8, using: &random)
        for _ in 0..<count {
            let written = name()
            if let meaning = ReferenceJSON.meaning(written), names.insert(meaning).inserted {
                members.append(ReferenceJSON.Member(written: written, value: value(depth: depth - 1)))
            }
        }
        return members
    }

    /// A name between quotes.
    mutating func name() -> String.UnicodeScalarView {
        guard random.chance(2, in: 3) else { return string() }
        let known = random.pick([
            "_key", "_id", "_rev", "_from", "id", "version", "invalidated", "invalidated_at", "expires_at", "source", "a", "b",
        ])
        return random.chance(1, in: 5) ? escaped(known) : known.unicodeScalars
    }

    /// Text between quotes.
    mutating func string() -> String.UnicodeScalarView {
        let pieces = [
            "a", "B", " ", "/", "é", "日", "😀", "\u{7F}", "\\n", "\\\"", "\\\\", "\\/", "\\u0000", "\\u00e9", "\\uD83D\\uDE00", "\\\\u0061",
            "{", "}", "[", ",", ":",
        ]
        return (0..<Int.random(in: 0..<6, using: &random)).map { _ in random.pick(pieces) }.joined().unicodeScalars
    }

    /// `text` with some of its characters as escapes.
    private mutating func escaped(_ text: String) -> String.UnicodeScalarView {
        text.unicodeScalars.map { scalar in
            let digits = String(scalar.value, radix: 16, uppercase: random.chance(1, in: 2))
            return random.chance(1, in: 2) ? "\\u" + String(repeating: "0", count: 4 - digits.count) + digits : String(scalar)
        }.joined().unicodeScalars
    }

    /// The tree's text, with whitespace wherever it may be.
    mutating func text(_ value: ReferenceJSON) -> String {
        switch value {
        case .object(let members):
            space() + "{" + members.map { "\(space())\"\(String($0.written))\"\(space()):\(text($0.value))" }.joined(separator: ",")
                + space() + "}"
                + space()
        case .array(let elements): space() + "[" + space() + elements.map { text($0) }.joined(separator: ",") + "]" + space()
        case .string, .plain: space() + value.text + space()
        }
    }

    private mutating func space() -> String { random.pick(["", "", "", " ", "\n", "\t \r\n"]) }
}
