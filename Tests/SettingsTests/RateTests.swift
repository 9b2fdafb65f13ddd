import Testing

@testable import Settings

@Suite("The rate of a processor") struct RateTests {
    private func load(_ lines: String) throws -> Settings {
        let text = """
            [[processor]]
            name = "p"
            queue = "q"
            operation = "update"
            collection = "c"
            key = "/id"
            \(lines)
            """
        return try SettingsLoader.settings(from: [ConfigurationSource(name: "t.toml", text: text)])
    }

    @Test("It is a count and its time", arguments: [("500/s", MessageRate(500, per: .second)), ("30/min", MessageRate(30, per: .minute))])
    func valid(text: String, rate: MessageRate) throws {
        let settings = try load("rate = \"\(text)\"")
        #expect(settings.processors[0].rate == rate)
        #expect("\(rate)" == text)
        #expect(try load("").processors[0].rate == nil)
    }

    @Test(
        "Anything else is refused, with what would be right",
        arguments: [
            "\"500\"", "500", "\"0/s\"", "\"-1/s\"", "\"+1/s\"", "\"1.5/s\"", "\"1/h\"", "\"1/s/s\"", "\"/s\"", "\"1 /s\"", "\"1000001/s\"",
            "\"01/s\"",
        ])
    func invalid(value: String) {
        let errors = #expect(throws: SettingsErrors.self) { try load("rate = \(value)") }
        #expect(errors?.description.contains("like \"500/s\" or \"30/min\"") == true)
    }

    @Test("It bounds what is unacknowledged to ten seconds of it, and to one message at least; a smaller prefetch stays")
    func prefetch() throws {
        func prefetch(_ lines: String) throws -> UInt16 {
            let settings = try load(lines)
            return settings.processors[0].prefetchPerQueue(of: settings)
        }
        #expect(try prefetch("rate = \"1/s\"") == 10)
        #expect(try prefetch("rate = \"1/min\"") == 1)
        #expect(try prefetch("rate = \"500/s\"") == 1000)
        #expect(try prefetch("rate = \"500/s\"\nprefetch = 20000") == 5000)
        #expect(try prefetch("rate = \"60/s\"\npartitions = 6") == 100)
    }

    @Test("Each partition has a message waiting, so a rate must have room for one of each in a minute") func partitions() throws {
        #expect(try load("rate = \"12/min\"\npartitions = 12").processors[0].partitions == 12)
        let errors = #expect(throws: SettingsErrors.self) { try load("rate = \"11/min\"\npartitions = 12") }
        #expect(errors?.description.contains("at least \"12/min\"") == true)
    }
}
