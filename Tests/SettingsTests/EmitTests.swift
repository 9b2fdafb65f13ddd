import Settings
import Testing

@Suite("The onward message of a processor")
struct EmitTests {
    @Test("Every key")
    func everyKey() throws {
        let settings = try load(
            processor + """
                [processor.emit]
                exchange = "company.events"
                routing_key = "company.synced.{/country}.{/address/city}"
                body = "event"
                stale = true
                """)
        let emit = try #require(settings.processors[0].emit)
        let country = try #require(JSONPointer("/country"))
        let city = try #require(JSONPointer("/address/city"))
        #expect(emit.exchange == "company.events")
        #expect(emit.routingKey.parts == [.text("company.synced."), .value(country), .text("."), .value(city)])
        #expect(emit.body == .event)
        #expect(emit.stale)
        #expect(try load(processor).processors[0].emit == nil)
    }

    @Test("Unless said otherwise it holds the document, and tells nothing that is stale")
    func defaults() throws {
        let emit = try #require(try load(processor + emit).processors[0].emit)
        #expect(emit.body == .document)
        #expect(!emit.stale)
    }

    @Test("A later file changes it key by key")
    func laterFile() throws {
        let later = "[[processor]]\nname = \"p\"\n[processor.emit]\nbody = \"original\"\n"
        let settings = try SettingsLoader.settings(from: [
            ConfigurationSource(name: "a.toml", text: processor + emit), ConfigurationSource(name: "b.toml", text: later),
        ])
        #expect(settings.processors[0].emit?.exchange == "x")
        #expect(settings.processors[0].emit?.body == .original)
    }

    @Test("Messages with one of their own are never put together")
    func conflation() throws {
        #expect(try !load(processor + "version = \"/v\"\nconflate = true\n" + emit).processors[0].conflates)
    }

    @Test(
        "Doubled braces are single ones, and the template is written as it was read",
        arguments: [
            ("a.{/b}", [RoutingKeyTemplate.Part.text("a."), .value(JSONPointer("/b") ?? JSONPointer())]),
            ("{{x}}", [.text("{x}")]), ("{/a}{/a}", Array(repeating: .value(JSONPointer("/a") ?? JSONPointer()), count: 2)), ("", []),
        ] as [(String, [RoutingKeyTemplate.Part])])
    func template(text: String, parts: [RoutingKeyTemplate.Part]) throws {
        let template = try RoutingKeyTemplate(text)
        #expect(template.parts == parts)
        #expect("\(template)" == text)
    }

    @Test(
        "A mistake is told",
        arguments: [
            ("exchange = \"x\"", "is missing: an onward message needs exchange and routing_key"),
            ("exchange = \"\"\nrouting_key = \"k\"", "must not be empty"),
            ("exchange = \"x\"\nrouting_key = \"k{/a\"", "write {{ and }} for braces that are part of the key"),
            ("exchange = \"x\"\nrouting_key = \"k}\"", "write {{ and }} for braces that are part of the key"),
            (
                "exchange = \"x\"\nrouting_key = \"{country}\"",
                "the text between braces must be a JSON Pointer into the message, like {/country}"
            ),
            ("exchange = \"x\"\nrouting_key = \"{}\"", "the text between braces must be a JSON Pointer into the message, like {/country}"),
            (
                "exchange = \"x\"\nrouting_key = \"\(String(repeating: "k", count: 256)){/a}\"",
                "must be at most 255 bytes long without its placeholders"
            ),
            ("exchange = \"x\"\nrouting_key = \"k\"\nbody = \"all\"", "must be \"document\", \"event\" or \"original\""),
            ("exchange = \"x\"\nrouting_key = \"k\"\nrouting_kee = \"k\"", "unknown key; did you mean routing_key?"),
        ])
    func mistake(text: String, problem: String) {
        let found = mistakes(processor + "[processor.emit]\n" + text)
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix(problem) == true, "\(found)")
    }

    private let emit = "[processor.emit]\nexchange = \"x\"\nrouting_key = \"k\"\n"
}
