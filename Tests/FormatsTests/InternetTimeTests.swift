import Formats
import Testing

@Suite("RFC 3339 times")
struct InternetTimeTests {
    @Test(
        "become nanoseconds since 1970",
        arguments: [
            ("1970-01-01T00:00:00Z", UInt64(0)),
            ("1970-01-01T00:00:00.000000001Z", 1),
            ("1985-04-12T23:20:50.52Z", 482_196_050_520_000_000),
            ("1996-12-19T16:39:57-08:00", 851_042_397_000_000_000),
            ("1990-12-31T23:59:60Z", 662_688_000_000_000_000),
            ("1990-12-31T15:59:60-08:00", 662_688_000_000_000_000),
            ("2024-05-06t07:08:09.123456789z", 1_714_979_289_123_456_789),
            ("2024-02-29T00:00:00+14:00", 1_709_114_400_000_000_000),
            ("2000-02-29T12:00:00-00:00", 951_825_600_000_000_000),
            ("1970-01-01T01:00:00+01:00", 0),
            ("2262-04-11T23:47:16.854775807Z", 9_223_372_036_854_775_807),
        ])
    func accepted(text: String, nanoseconds: UInt64) throws {
        #expect(try InternetTime.nanoseconds(Array(text.utf8)[...]) == nanoseconds)
    }

    @Test(
        "are refused out of range",
        arguments: [
            "1937-01-01T12:00:27.87+00:20", "1969-12-31T23:59:59.999999999Z", "1970-01-01T00:00:00+00:01", "0000-01-01T00:00:00Z",
            "2262-04-11T23:47:16.854775808Z", "2262-04-11T23:47:17Z", "9999-12-31T23:59:59Z",
        ])
    func outOfRange(text: String) {
        #expect(throws: InternetTime.Fault.outOfRange) { try InternetTime.nanoseconds(Array(text.utf8)[...]) }
    }

    @Test(
        "are refused when they are written otherwise, or do not exist",
        arguments: [
            "", "2024", "2024-05-06", "2024-05-06T07:08Z", "2024-05-06T07:08:09", "2024-05-06 07:08:09Z", "2024-5-06T07:08:09Z",
            "24-05-06T07:08:09Z", "2024-05-06T07:08:09+0200", "2024-05-06T07:08:09+02", "2024-05-06T07:08:09Zx", " 2024-05-06T07:08:09Z",
            "2024-05-06T07:08:09.Z", "2024-05-06T07:08:09,5Z", "2024-00-06T07:08:09Z", "2024-13-06T07:08:09Z", "2024-05-00T07:08:09Z",
            "2024-05-32T07:08:09Z", "2023-02-29T07:08:09Z", "2100-02-29T07:08:09Z", "2024-04-31T07:08:09Z", "2024-05-06T24:00:00Z",
            "2024-05-06T07:60:00Z", "2024-05-06T07:08:61Z", "2024-05-06T07:08:60Z", "2024-05-06T07:08:09+24:00",
            "2024-05-06T07:08:09+02:60",
            "+024-05-06T07:08:09Z", "２024-05-06T07:08:09Z",
        ])
    func malformed(text: String) {
        #expect(throws: InternetTime.Fault.notATime) { try InternetTime.nanoseconds(Array(text.utf8)[...]) }
    }

    @Test("are refused with more than nine digits of a second, even zeros")
    func tooFine() {
        #expect(throws: InternetTime.Fault.tooFine) { try InternetTime.nanoseconds(Array("2024-05-06T07:08:09.0000000000Z".utf8)[...]) }
    }

    @Test(
        "are written in UTC by the second",
        arguments: [
            (UInt64(0), "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_714_979_289, "2024-05-06T07:08:09Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
            (.max, "9999-12-31T23:59:59Z"),
        ])
    func written(seconds: UInt64, text: String) {
        #expect(String(decoding: InternetTime.text(seconds: seconds), as: UTF8.self) == text)
    }

    @Test(
        "are written in UTC by the millisecond",
        arguments: [
            (UInt64(0), "1970-01-01T00:00:00.000Z"), (1, "1970-01-01T00:00:00.001Z"), (1_714_979_289_123, "2024-05-06T07:08:09.123Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (.max, "9999-12-31T23:59:59.000Z"),
        ])
    func written(milliseconds: UInt64, text: String) {
        #expect(String(decoding: InternetTime.text(milliseconds: milliseconds), as: UTF8.self) == text)
    }

    @Test("count every day from 1970 to 2262 once, and read back what they write")
    func everyDay() {
        var expected = CalendarDate(daysSince1970: 0)
        for day in 0..<106_751 {
            let date = CalendarDate(daysSince1970: day)
            #expect(date == expected)
            #expect(date.daysSince1970 == day)
            expected =
                CalendarDate(year: date.year, month: date.month, day: date.day + 1)
                ?? CalendarDate(year: date.year, month: date.month + 1, day: 1)
                ?? CalendarDate(year: date.year + 1, month: 1, day: 1)
                ?? expected
        }
    }
}
