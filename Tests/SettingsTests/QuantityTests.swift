import Testing

@testable import Settings

@Suite("Quantities")
struct QuantityTests {
    @Test(
        "A duration is a whole number with a unit",
        arguments: [
            ("250ms", Duration.milliseconds(250)), ("30s", .seconds(30)), ("10m", .seconds(600)), ("12h", .seconds(43_200)),
            ("30d", .seconds(2_592_000)),
            ("0s", .zero), ("007s", .seconds(7)),
        ])
    func durations(text: String, expected: Duration) {
        #expect(Duration(quantity: text) == expected)
    }

    @Test(
        "Anything else is no duration",
        arguments: [
            "", "s", "30", "-1s", "+1s", "1.5s", "1 s", "1S", "1s ", "1h30m", "٣s", "99999999999999999999s", "9000000000000000000d",
        ])
    func noDuration(text: String) {
        #expect(Duration(quantity: text) == nil)
    }

    @Test("A duration is shown with its largest whole unit", arguments: ["250ms", "90s", "10m", "25h", "30d", "0s"])
    func shownDuration(text: String) throws {
        #expect(try #require(Duration(quantity: text)).quantity == text)
    }

    @Test(
        "A size is a whole number of bytes, or has a decimal or binary unit",
        arguments: [
            ("0", 0), ("512", 512), ("1B", 1), ("2kB", 2000), ("2KB", 2000), ("1MB", 1_000_000), ("1GB", 1_000_000_000), ("1KiB", 1024),
            ("64MiB", 64 << 20), ("2GiB", 2 << 30),
        ])
    func sizes(text: String, expected: Int) {
        #expect(ByteCount.bytes(text) == expected)
    }

    @Test("Anything else is no size", arguments: ["", "MiB", "1 MiB", "1mib", "1M", "-1", "1.5MiB", "9999999999GiB"])
    func noSize(text: String) {
        #expect(ByteCount.bytes(text) == nil)
    }
}
