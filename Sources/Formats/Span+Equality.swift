extension Span<UInt8> {
    /// Whether both hold the same bytes. Eight at a time, because each message compares several short texts.
    package func hasSameBytes(as other: Span<UInt8>) -> Bool {
        let count = count
        guard count == other.count else { return false }
        guard count >= 8 else {
            for index in 0..<count where byte(at: index) != other.byte(at: index) { return false }
            return true
        }
        var offset = 0
        while offset <= count &- 8 {
            guard word(at: offset) == other.word(at: offset) else { return false }
            offset &+= 8
        }
        // The last eight, some of which were compared before.
        return word(at: count &- 8) == other.word(at: count &- 8)
    }
}
