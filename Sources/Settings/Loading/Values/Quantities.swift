internal import Formats

/// Durations as the configuration writes them: a whole number and its unit, `"30s"`.
extension Duration {
    private static let units: [(name: String, duration: Duration)] = [
        ("ms", .milliseconds(1)), ("s", .seconds(1)), ("m", .seconds(60)), ("h", .seconds(3600)), ("d", .seconds(86_400)),
    ]

    /// Parses `"250ms"`, `"30s"`, `"10m"`, `"12h"`, `"30d"`; nil for anything else, and above a million days.
    init?(quantity text: String) {
        guard let (number, unit) = splitQuantity(text), let match = Self.units.first(where: { $0.name == unit }) else { return nil }
        let milliseconds = number.multipliedReportingOverflow(by: Int(match.duration / .milliseconds(1)))
        guard !milliseconds.overflow, milliseconds.partialValue <= 1_000_000 * 86_400_000 else { return nil }
        self = .milliseconds(milliseconds.partialValue)
    }

    /// The shortest text with one unit: `10m`, not `600s`.
    var quantity: String {
        let milliseconds = Int(self / .milliseconds(1))
        if milliseconds == 0 { return "0s" }
        for unit in Self.units.reversed() {
            let size = Int(unit.duration / .milliseconds(1))
            if milliseconds.isMultiple(of: size) { return "\(milliseconds / size)\(unit.name)" }
        }
        return "\(milliseconds)ms"
    }
}

/// Sizes as the configuration writes them: a whole number of bytes, or one with a unit, `"64MiB"`.
enum ByteCount {
    private static let units: [(name: String, bytes: Int)] = [
        ("B", 1), ("kB", 1000), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000),
        ("TB", 1_000_000_000_000), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
    ]

    /// Parses `"64MiB"`, `"1GB"` or `"512"`; nil for anything else.
    static func bytes(_ text: String) -> Int? {
        guard let (number, unit) = splitQuantity(text) else { return nil }
        let factor = unit.isEmpty ? 1 : units.first { $0.name == unit }?.bytes
        guard let factor else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : bytes
    }

    /// The shortest text with a binary unit.
    static func text(_ bytes: Int) -> String {
        for unit in units.reversed().prefix(4) where bytes >= unit.bytes && bytes.isMultiple(of: unit.bytes) {
            return "\(bytes / unit.bytes)\(unit.name)"
        }
        return "\(bytes)B"
    }
}

/// Digits, then a unit.
private func splitQuantity(_ text: String) -> (number: Int, unit: String)? {
    let digits = text.utf8.prefix(while: \.isDigit)
    guard let number = Int(Substring(digits)) else { return nil }
    return (number, String(Substring(text.utf8[digits.endIndex...])))
}

extension Conversion<Duration> {
    /// A duration within `range`, or also none at all; `wholeSeconds` where the other side counts in seconds.
    static func duration(in range: ClosedRange<Duration>, orZero: Bool = false, wholeSeconds: Bool = false) -> Self {
        Conversion { value throws(Mistake) in
            let duration: Duration
            switch value.content {
            case .integer(let number) where number >= 0:
                throw value.mistake("has no unit: write \"\(number)s\" if seconds are meant (units: ms, s, m, h, d)")
            case .string(let text) where !text.isEmpty && text.utf8.allSatisfy(\.isDigit):
                throw value.mistake("has no unit: write \"\(text)s\" if seconds are meant (units: ms, s, m, h, d)")
            case .string(let text):
                guard let quantity = Duration(quantity: text) else { fallthrough }
                duration = quantity
            default:
                throw value.mistake("must be a whole number with a unit, in quotes, like \"30s\" (units: ms, s, m, h, d)")
            }
            guard range.contains(duration) || (orZero && duration == .zero) else {
                throw value.mistake("must be from \(range.lowerBound.quantity) to \(range.upperBound.quantity)\(orZero ? ", or 0s" : "")")
            }
            guard !wholeSeconds || duration.components.attoseconds == 0 else { throw value.mistake("must be whole seconds") }
            return duration
        }
    }
}

extension Conversion<Int> {
    /// A size in bytes within `range`.
    static func size(in range: ClosedRange<Int>) -> Self {
        Conversion(.integer, written: { .string(ByteCount.text($0)) }) { value throws(Mistake) in
            let bytes: Int? =
                switch value.content {
                case .integer(let number): number
                case .string(let text): ByteCount.bytes(text)
                default: nil
                }
            guard let bytes else {
                throw value.mistake(
                    "must be a size like \"64MiB\" (units: B, kB, MB, GB, TB, KiB, MiB, GiB, TiB) or a whole number of bytes")
            }
            guard range.contains(bytes) else {
                throw value.mistake("must be from \(ByteCount.text(range.lowerBound)) to \(ByteCount.text(range.upperBound))")
            }
            return bytes
        }
    }
}
