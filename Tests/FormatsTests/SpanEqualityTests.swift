import Testing

@testable import Formats

@Suite("Bytes that are the same")
struct SpanEqualityTests {
    @Test("Texts of each length are equal to themselves, and to nothing that differs in one byte or in length", arguments: 0..<40)
    func lengths(count: Int) {
        let text = (0..<count).map { UInt8($0 &* 37 & 0xFF) }
        let framed = [1, 2, 3] + text + [4]
        #expect(areSame(text, framed[3..<3 + count]))
        #expect(!areSame(text, framed[3..<4 + count]))
        for index in text.indices {
            var other = text
            other[index] ^= 0x80
            #expect(!areSame(text, other[...]))
            #expect(!areSame(other, text[...]))
        }
    }

    /// A function, because `#expect` takes no spans.
    private func areSame(_ left: [UInt8], _ right: ArraySlice<UInt8>) -> Bool { left.span.hasSameBytes(as: right.span) }
}
