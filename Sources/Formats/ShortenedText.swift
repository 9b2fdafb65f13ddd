// Texts of others, cut to a bound without a broken character at their end.

extension String {
    /// At most so many bytes of UTF-8, cut between characters.
    package func cut(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(startIndex, offsetBy: limit)
        while end > startIndex, String.Index(end, within: self) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }

    /// At most so many Unicode scalars; an ellipsis shows that more were cut off.
    package func shortened(to length: Int) -> String {
        guard let end = unicodeScalars.index(startIndex, offsetBy: length, limitedBy: endIndex), end < endIndex else { return self }
        return "\(self[..<end])…"
    }
}

extension ArraySlice<UInt8> {
    /// How many bytes there are without a UTF-8 character whose end was cut off.
    package var endOfText: Int {
        let tail = suffix(3).reversed().prefix { $0 & 0xC0 == 0x80 }.count
        guard let lead = dropLast(tail).last, lead >= 0xC0 else { return count }
        let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        return tail + 1 < length ? count - tail - 1 : count
    }
}
