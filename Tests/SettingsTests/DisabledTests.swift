import Settings
import Testing

@Suite("A processor that is switched off")
struct DisabledTests {
    private func second(_ more: String) -> String {
        "\n[[processor]]\nname = \"second\"\nqueue = \"q2\"\noperation = \"invalidate\"\ncollection = \"c\"\nkey = \"/id\"\n\(more)"
    }

    @Test("It is known by its name only, and check tells it")
    func off() throws {
        let settings = try load(processor + second("enabled = false"))
        #expect(settings.processors.map(\.name) == ["p"])
        #expect(settings.disabled == ["second"])
        #expect(settings.summary.last == "Processor second: switched off (enabled = false)")
    }

    @Test("enabled = true is what it is without the key")
    func on() throws {
        #expect(try load(processor + "enabled = true") == load(processor))
    }

    @Test("A later file switches it off, or on again")
    func laterFile() throws {
        func settings(_ texts: String...) throws -> Settings {
            try SettingsLoader.settings(from: texts.enumerated().map { ConfigurationSource(name: "\($0).toml", text: $1) })
        }
        let off = "[[processor]]\nname = \"second\"\nenabled = false", on = "[[processor]]\nname = \"second\"\nenabled = true"
        #expect(try settings(processor + second(""), off).disabled == ["second"])
        #expect(try settings(processor + second(""), off, on).disabled == [])
    }

    @Test("A misspelt name beside enabled = false is told: it would switch nothing off")
    func misspelt() {
        let off = "\n[[processor]]\nname = \"secnod\"\nenabled = false"
        let found = mistakes(processor + second("") + off)
        #expect(found.count == 4)
        #expect(
            found.first
                == "t.toml:15: processor \"secnod\".queue: is missing: every processor needs name, queue, operation, collection and key")
    }

    @Test("Without one that is on there is nothing to do")
    func allOff() {
        #expect(
            mistakes(processor + "enabled = false") == [
                "t.toml:7: processor: all are switched off, so there would be nothing to do: take enabled = false out of one, or stop the service"
            ])
    }

    @Test("Its keys are checked, but it shares nothing with others: its queue may be another's")
    func shares() throws {
        let same = second("enabled = false").replacing("q2", with: "q")
        #expect(try load(processor + same).processors.map(\.queue) == ["q"])
        #expect(mistakes(processor + same + "\nprefetch = 0").count == 1)
        #expect(mistakes(processor + "mark = \"gone\"" + second("enabled = false")).count == 1, "the mark is set by nobody that runs")
    }

    @Test("It is no flag but true or false", arguments: ["1", "\"false\"", "\"off\""])
    func value(text: String) {
        #expect(mistakes(processor + "enabled = \(text)") == ["t.toml:7: processor \"p\".enabled = \(text): must be true or false"])
    }

    @Test("For a reload it goes when it is switched off, and comes when it is switched on")
    func reload() throws {
        let (on, off) = (try load(processor + second("")), try load(processor + second("enabled = false")))
        #expect(SettingsChange(from: on, to: off).removed == ["second"])
        #expect(SettingsChange(from: off, to: on).added == ["second"])
        #expect(SettingsChange(from: on, to: off).unchanged == ["p"])
    }
}
