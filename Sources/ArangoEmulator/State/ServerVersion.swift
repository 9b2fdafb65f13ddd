/// The version the emulator speaks as.
struct ServerVersion: Sendable {
    let text: String
    private let numbers: [Int]

    /// `3.12.10`, `3.11.8-1`, `3.12.0-nightly.20240305`; nil if it does not begin with two numbers.
    init?(_ text: String) {
        let parts = text.prefix { $0 != "-" }.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count >= 2, numbers.count == parts.count else { return nil }
        self.text = text
        self.numbers = numbers
    }

    init(text: String, numbers: [Int]) {
        self.text = text
        self.numbers = numbers
    }

    /// Older servers ignore the parameter silently (ArangoDB.md section 3).
    var knowsVersionAttribute: Bool { isAtLeast([3, 12]) }

    /// Recorded from 3.12.10 on, absent in 3.12.0; where between them it came is not known (ArangoDB.md section 9).
    var tellsAPIVersions: Bool { isAtLeast([3, 12, 10]) }

    /// The Community Edition has a bound since then [D].
    var limitsDiskUsage: Bool { isAtLeast([3, 12, 5]) }

    private func isAtLeast(_ minimum: [Int]) -> Bool { !numbers.lexicographicallyPrecedes(minimum) }
}
