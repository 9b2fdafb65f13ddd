import Testing

@testable import Settings

@Suite("A file as a whole")
struct WholeFileTests {
    @Test("Seven mistakes are seven errors, in the order of the lines")
    func sevenMistakes() {
        let text = """
            [rabbitmq]
            endpoints = ["amqp://guest:geheim@host:port"]
            prefetch = 0
            hearbeat = "30s"

            [retry]
            delay = 3

            [[processor]]
            name = "company-updated"
            queue = "company.updated"
            operation = "upsert"
            collection = "companies"
            key = "id"

            [[processor]]
            name = "company-sync"
            queue = "company.sync"
            operation = "sync"
            collection = "companies"
            """
        #expect(
            mistakes(text) == [
                "t.toml:2: rabbitmq.endpoints = \"amqp://***@host:…\": has a port that is not a number from 1 to 65535 (write an IPv6 address in [ ])",
                "t.toml:3: rabbitmq.prefetch = 0: must be a whole number from 1 to 65535",
                "t.toml:4: rabbitmq.hearbeat: unknown key; did you mean heartbeat?",
                "t.toml:7: retry.delay = 3: has no unit: write \"3s\" if seconds are meant (units: ms, s, m, h, d)",
                "t.toml:12: processor \"company-updated\".operation = \"upsert\": must be \"update\", \"sync\" or \"invalidate\"",
                "t.toml:14: processor \"company-updated\".key = \"id\": must be a JSON Pointer (RFC 6901): \"\" or \"/name/…\", with ~ written ~0 and a / in a name written ~1",
                "t.toml:16: processor \"company-sync\".key: is missing: every processor needs name, queue, operation, collection and key",
            ])
    }

    @Test(
        "A syntax error is told with line and column, and hides nothing of other files",
        arguments: [
            ("[rabbitmq\nprefetch = 1", "1: not valid TOML: expected ], found the end of the line (column 10)"),
            ("[rabbitmq]\nendpoints = [\"a\", }", "2: not valid TOML: expected a value, found '}' (column 19)"),
            ("[log]\n# \u{0}", "2: not valid TOML: a comment must not hold control characters (column 3)"),
        ])
    func syntax(text: String, expected: String) {
        let found = mistakes([("a.toml", text), ("b.toml", "[retry]\nattempts = 0")])
        #expect(found == ["a.toml:\(expected)", "b.toml:2: retry.attempts = 0: must be a whole number from 1 to 1000"])
    }

    @Test("A NUL has no place in a text that C libraries get", arguments: ["username", "password"])
    func nul(key: String) {
        let found = mistakes("[rabbitmq]\n\(key) = \"a\\u0000b\"\n" + processor)
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("must not hold a NUL character") == true)
    }

    @Test("A key that no terminal should be given is shown in quotes")
    func quotedKey() {
        #expect(
            mistakes("[log]\n\"\\u001B[31m\\n\" = 1\n" + processor) == [
                "t.toml:2: log.\"\\u001b[31m\\n\": unknown key; known here: level, format"
            ])
    }

    @Test(
        "No mistake shows a secret",
        arguments: [
            "[rabbitmq]\npassword = geheim", "[rabbitmq]\npassword = 7777777777777777777777", "[rabbitmq]\npassword = tgeheim",
            "[rabbitmq]\npassword = \"geheim",
            "[rabbitmq]\npassword = 'geheim' x", "[rabbitmq]\npasword = \"geheim\"", "[rabbitmq]\npassword = [\"geheim\"]",
            "[rabbitmq]\npassword = { x = \"geheim\" }",
            "rabbitmq = \"geheim\"", "arangodb = [\"geheim\"]", "[arangodb]\ntoken = \"geheim\"",
            "[arangodb]\nendpoints = [\"http://root:geheim@db\"]",
            "[arangodb]\nendpoints = [\"root:geheim@db\"]", "[rabbitmq]\nendpoints = \"amqp://u:geheim@h\"",
            "[rabbitmq]\nendpoints = [[\"amqp://u:geheim@h\"]]",
            "[rabbitmq]\nendpoints = [\"amqp://u:ge@heim@h:x\"]", "[rabbitmq]\nendpoints = [\"amqp://u:geheim#@h\"]",
            "[rabbitmq]\nendpoints = [\"amqp:/u:geheim@h\"]",
            "[rabbitmq]\nendpoints = [amqp://u:geheim@h]", "password = geheim", "[rabbitmq]\npassword = inf_geheim",
            "[rabbitmq]\npassword = 0x7777777777777777777",
            "[rabbitmq]\npassword = 7.7777777777777777777e99999",
        ])
    func secrets(text: String) {
        let found = mistakes(text + "\n" + processor)
        #expect(!found.isEmpty)
        for mistake in found {
            #expect(!mistake.contains("geheim") && !mistake.contains("heim") && !mistake.contains("7777"))
        }
    }

    @Test("What check prints of good settings shows no secret")
    func summary() throws {
        let settings = try load(
            """
            [rabbitmq]
            endpoints = ["amqp://me:geheim@[::1]:5673/v", "amqps://b"]
            password = "geheim"
            [arangodb]
            password = "geheim"

            """ + processor + "version = \"/v\"", credentials: ["arangodb.token": "eyJh.geheim.x"])
        #expect(
            settings.summary == [
                "RabbitMQ: amqp://[::1]:5673 as me, vhost v, amqps://b:5671 as guest, vhost /",
                "ArangoDB: http://127.0.0.1:8529, database companies, with a token",
                "Messages that cannot be written: parked in <queue>.dead",
                "Processor p: q → update → c, key /id, version /v in version",
            ])
        // What is no JSON Web Token is an access token of the user's.
        let other = try load(processor, credentials: ["arangodb.token": "v1.7b7d.geheim"])
        #expect(other.summary[1] == "ArangoDB: http://127.0.0.1:8529, database companies, basic as root, with an access token")
        #expect(!"\(other)".contains("geheim"))
        var dumped = ""
        dump(settings, to: &dumped)
        #expect(!dumped.contains("geheim"))
        #expect(!"\(settings)".contains("geheim"))
    }

    @Test("Constants become JSON text: escaped, with the order of the file")
    func constants() throws {
        let settings = try load(
            processor + #"""
                [processor.set]
                z = "a\"\\\n\u0001é/"
                a = [1, 2.5, true, "x", []]
                m = { y = 1979-05-27T07:32:00Z, b = { }, n = 0x0f }
                e = 1e300
                i = 9223372036854775807
                "ö" = 07:32:00
                """#)
        #expect(
            settings.processors[0].set.map { "\($0.attribute) \($0.json)" } == [
                #"z "a\"\\\n\u0001é/""#, #"a [1,2.5,true,"x",[]]"#, #"m {"y":"1979-05-27T07:32:00Z","b":{},"n":15}"#, "e 1e+300",
                "i 9223372036854775807",
                #"ö "07:32:00""#,
            ])
    }
}
