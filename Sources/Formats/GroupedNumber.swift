extension Int {
    /// In groups of three digits: `1,204,000`.
    package var grouped: String {
        let digits = String(magnitude)
        let groups = digits.enumerated().map { $0 > 0 && (digits.count - $0) % 3 == 0 ? ",\($1)" : "\($1)" }
        return (self < 0 ? "-" : "") + groups.joined()
    }
}
