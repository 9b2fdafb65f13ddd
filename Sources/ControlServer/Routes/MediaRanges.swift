internal import ControlMessages

/// What a client can do with an answer: its `Accept` header (RFC 9110 section 12.5.1).
struct MediaRanges: Sendable, Equatable {
    private struct Range: Equatable {
        let type: Substring
        let subtype: Substring
        let isWanted: Bool

        /// How specific it is; `nil` if it does not match.
        func weight(_ wanted: [Substring]) -> Int? {
            guard type == "*" || type == wanted[0] else { return nil }
            guard subtype == "*" || subtype == wanted[1] else { return nil }
            return (type == "*" ? 0 : 1) + (subtype == "*" ? 0 : 1)
        }
    }

    private let ranges: [Range]

    /// From the values of all `Accept` headers. What is not a media range is ignored; without any, every media type is acceptable.
    init(_ headers: [String]) {
        ranges = headers.flatMap { $0.lowercased().split(separator: ",") }.compactMap { element in
            let parts = element.split(separator: ";").map(Self.trimmed)
            let names = parts.first?.split(separator: "/", omittingEmptySubsequences: false).map(Self.trimmed) ?? []
            guard names.count == 2, names.allSatisfy({ !$0.isEmpty }) else { return nil }
            let quality = parts.dropFirst().last { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
            return Range(type: names[0], subtype: names[1], isWanted: (quality ?? 1) > 0)
        }
    }

    /// Whether an answer of this type, such as `application/json`, is acceptable to the client. Its preferences do not matter, because there is only
    /// ever one type.
    func accept(_ type: String) -> Bool {
        guard !ranges.isEmpty else { return true }
        let names = type.split(separator: "/")
        let fitting = ranges.compactMap { range in range.weight(names).map { ($0, range.isWanted) } }
        return fitting.max { $0.0 < $1.0 }?.1 ?? false
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
