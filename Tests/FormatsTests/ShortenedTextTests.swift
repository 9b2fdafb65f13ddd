import Formats
import Testing

@Suite("Texts cut short") struct ShortenedTextTests {
    @Test(
        "A text keeps at most so many bytes, and no broken character",
        arguments: [("abc", 3, "abc"), ("abc", 2, "ab"), ("aé", 2, "a"), ("aé", 3, "aé"), ("🇩🇪", 7, ""), ("", 0, ""), ("abc", 0, "")])
    func bytes(text: String, limit: Int, expected: String) {
        #expect(text.cut(toBytes: limit) == expected)
    }

    @Test(
        "A text keeps at most so many scalars, and tells that it was longer",
        arguments: [("abc", 3, "abc"), ("abcd", 3, "abc…"), ("", 3, "")])
    func scalars(text: String, limit: Int, expected: String) {
        #expect(text.shortened(to: limit) == expected)
    }

    @Test("Bytes end before a character of which the end is missing", arguments: ["a", "aé", "a€", "a😀"]) func end(text: String) {
        let bytes = Array(text.utf8)
        #expect(bytes[...].endOfText == bytes.count)
        for count in 1..<bytes.count { #expect(bytes[..<count].endOfText == 1) }
        #expect([][...].endOfText == 0)
    }

    @Test(
        "Numbers are grouped by three digits",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (1_204_000, "1,204,000"), (-1, "-1"), (-999, "-999"), (-1000, "-1,000"),
            (.min, "-9,223,372,036,854,775,808"),
        ])
    func grouped(number: Int, expected: String) {
        #expect(number.grouped == expected)
    }
}
