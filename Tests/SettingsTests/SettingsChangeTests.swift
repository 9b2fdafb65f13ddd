import Settings
import Testing

@Suite("What is different in a configuration that was read again") struct SettingsChangeTests {
    @Test("The same text is no change")
    func same() throws {
        #expect(SettingsChange(from: try load(processor), to: try load(processor)).isEmpty)
    }

    @Test(
        "A key of a section is told by its path",
        arguments: [
            ("rabbitmq.password", "[rabbitmq]\npassword = \"other\""), ("rabbitmq.endpoints", "[rabbitmq]\nendpoints = [\"amqp://other\"]"),
            ("rabbitmq.hold", "[rabbitmq]\nhold = \"1MiB\""), ("rabbitmq.tls.verify", "[rabbitmq.tls]\nverify = false"),
            ("arangodb.timeout", "[arangodb]\ntimeout = \"3s\""), ("retry.attempts", "[retry]\nattempts = 2"),
            ("batch.bytes", "[batch]\nbytes = \"2MiB\""), ("verify.mode", "[verify]\nmode = \"off\""),
            ("dead_letter.suffix", "[dead_letter]\nsuffix = \".x\""), ("control.socket", "[control]\nsocket = \"/tmp/x\""),
            ("log.level", "[log]\nlevel = \"debug\""), ("service.drain", "[service]\ndrain = \"1s\""),
        ])
    func section(key: String, text: String) throws {
        let change = SettingsChange(from: try load(processor), to: try load("\(text)\n\(processor)"))
        #expect(change.keys == [key])
        #expect(change.added.isEmpty && change.removed.isEmpty && change.changed.isEmpty)
    }

    @Test("A token has no key, and is told all the same")
    func token() throws {
        let change = SettingsChange(from: try load(processor), to: try load(processor, credentials: ["arangodb.token": "t"]))
        #expect(change.keys == ["arangodb.token"])
    }

    @Test("Processors go by their names: new ones, those that are gone, and those with other keys")
    func processors() throws {
        let old = [named("stays", ""), named("goes", ""), named("changes", "version = \"/v\"")].joined()
        let new = [
            named("comes", ""), named("changes", "prefetch = 7\nset = { a = 1 }\nretry = { attempts = 2 }"), named("stays", ""),
        ].joined()
        let change = SettingsChange(from: try load(old), to: try load(new))
        #expect(change.added == ["comes"] && change.removed == ["goes"])
        #expect(change.changed.map(\.name) == ["changes"] && change.changed.map(\.keys) == [["version", "set", "prefetch", "retry"]])
        #expect(change.keys == [])
    }

    @Test("Another order of the processors is no change")
    func order() throws {
        let (one, two) = (named("one", ""), named("two", ""))
        #expect(SettingsChange(from: try load(one + two), to: try load(two + one)).isEmpty)
    }

    private func named(_ name: String, _ more: String) -> String {
        """
        [[processor]]
        name = "\(name)"
        queue = "\(name)"
        operation = "update"
        collection = "c"
        key = "/id"
        \(more)

        """
    }
}
