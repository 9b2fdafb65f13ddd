import Settings
import Testing

@Suite("Endpoints")
struct EndpointTests {
    @Test(
        "A URI that cannot be used is told without what may be a secret",
        arguments: [
            ("localhost", "\"…\": must start with amqp:// or amqps://"),
            ("http://localhost", "\"http://localhost\": must start with amqp:// or amqps://"),
            ("amqp://", "\"amqp://\": has no host"),
            ("amqp://u:geheim@", "\"amqp://***@\": has no host"),
            ("amqp://guest:geheim", "\"amqp://guest:…\": has a port that is not a number from 1 to 65535 (write an IPv6 address in [ ])"),
            (
                "amqp://u:geheim@host:0",
                "\"amqp://***@host:0\": has a port that is not a number from 1 to 65535 (write an IPv6 address in [ ])"
            ),
            ("amqp://u:geheim@::1", "\"amqp://***@:…\": has no host"),
            ("amqp://[::1", "\"amqp://[::1\": has no ] after its IPv6 address"),
            ("amqp://[localhost]", "\"amqp://[localhost]\": has no IPv6 address between [ and ]"),
            ("amqp://u:ge/heim@host", "\"amqp://***@host\": has a / before the @: in a user name or password it is written %2F"),
            (
                "amqp://u:100%@host",
                "\"amqp://***@host\": has a % in its user name or password that is not followed by two hexadecimal digits (a % itself is written %25)"
            ),
            ("amqp://:geheim@host", "\"amqp://***@host\": has an empty user name before the @"),
            (
                "amqp://u:geheim@host?heartbeat=5",
                "\"amqp://…\": must have no parameters after ? or #: they are keys of their own here, and in a password those are written %3F and %23"
            ),
            (
                "amqp://host/a/b",
                "\"amqp://host/a/b\": has a vhost that cannot be: in it a / is written %2F and a % is written %25; at most 255 bytes"
            ),
            ("amqp://my host", "\"amqp://my host\": has a host with characters that no host name has (write an IPv6 address in [ ])"),
        ])
    func brokerEndpoint(uri: String, expected: String) {
        let text = "[rabbitmq]\nendpoints = [\n  'amqp://ok',\n  '\(uri)',\n]\n"
        #expect(mistakes(text + processor) == ["t.toml:4: rabbitmq.endpoints = \(expected)"])
    }

    @Test(
        "A database endpoint is a URI with scheme, host, perhaps a port, and the path of a reverse proxy",
        arguments: [
            ("127.0.0.1:8529", "\"…\": must start with http:// or https://"),
            (
                "http://root:geheim@db:8529",
                "\"http://***@db:8529\": must not hold a user and password: they are the keys username and password"
            ),
            (
                "http://db:8529/_db/companies",
                "\"http://db:8529/_db/companies\": must not have a path of ArangoDB's own: the database's name is the key database"
            ),
            (
                "https://web/arango/../x",
                "\"https://web/arango/../x\": has a path that is not percent-encoded, or has . or .. in it: only a reverse proxy needs one"
            ),
            (
                "https://web/ärango",
                "\"https://web/ärango\": has a path that is not percent-encoded, or has . or .. in it: only a reverse proxy needs one"
            ),
            (
                "https://web/a%2",
                "\"https://web/a%2\": has a path that is not percent-encoded, or has . or .. in it: only a reverse proxy needs one"
            ),
        ])
    func wrongDatabaseEndpoint(uri: String, expected: String) {
        #expect(mistakes("[arangodb]\nendpoints = ['\(uri)']\n" + processor) == ["t.toml:2: arangodb.endpoints = \(expected)"])
    }

    @Test(
        "The management API is a URI with scheme, host and port, 15672 or with TLS 15671; http to another host shows the password",
        arguments: [
            ("https://mq", "https://mq:15671", false), ("http://mq", "http://mq:15672", true),
            ("HTTP://127.0.0.1/", "http://127.0.0.1:15672", false),
            ("http://[::1]:80", "http://[::1]:80", false), ("http://localhost", "http://localhost:15672", false),
            ("http://localhost.example", "http://localhost.example:15672", true),
            ("http://127.0.0.1.example:1", "http://127.0.0.1.example:1", true),
        ])
    func management(uri: String, expected: String, isRevealed: Bool) throws {
        for settings in [
            try load("[rabbitmq]\nmanagement = '\(uri)'\n" + processor),
            try load(processor, environment: ["WARREN_RABBITMQ_MANAGEMENT": uri]),
        ] {
            #expect(settings.rabbitmq.management == expected)
            #expect(settings.rabbitmq.revealsPassword == isRevealed)
        }
        #expect(try load(processor).rabbitmq.management == nil)
    }

    @Test(
        "A management API is nothing else",
        arguments: [
            ("mq:15672", "\"…\": must start with http:// or https://"), ("https://mq/api", "\"https://mq/api\": must not have a path"),
            (
                "https://u:geheim@mq",
                "\"https://***@mq\": must not hold a user and password: they are the keys username and password"
            ),
        ])
    func wrongManagement(uri: String, expected: String) {
        #expect(mistakes("[rabbitmq]\nmanagement = '\(uri)'\n" + processor) == ["t.toml:2: rabbitmq.management = \(expected)"])
    }

    @Test("Every wrong endpoint of a list is told, each with its line")
    func everyWrongEndpoint() {
        let text = "[rabbitmq]\nendpoints = [\n  'amqp://',  # none\n  'amqp://ok',\n  'amqp://host:x',\n]\n"
        #expect(
            mistakes(text + processor) == [
                "t.toml:3: rabbitmq.endpoints = \"amqp://\": has no host",
                "t.toml:5: rabbitmq.endpoints = \"amqp://host:…\": has a port that is not a number from 1 to 65535 (write an IPv6 address in [ ])",
            ])
    }

    @Test("A broker's URI is taken apart and percent-decoded")
    func brokerURIs() throws {
        let settings = try load(
            """
            [rabbitmq]
            endpoints = [
                "amqp://a", "amqps://b", "AMQP://user:p%40ss%3A%2F@c.example:5673/my%2Fvhost", "amqp://user@[2001:db8::1]/", "amqps://[::1]:1/v%20w",
            ]

            """ + processor)
        var b = BrokerEndpoint(host: "b", port: 5671)
        b.usesTLS = true
        var c = BrokerEndpoint(host: "c.example", port: 5673)
        (c.username, c.password, c.vhost) = ("user", Secret("p@ss:/"), "my/vhost")
        var d = BrokerEndpoint(host: "2001:db8::1")
        d.username = "user"
        var e = BrokerEndpoint(host: "::1", port: 1)
        (e.usesTLS, e.vhost) = (true, "v w")
        #expect(settings.rabbitmq.endpoints == [BrokerEndpoint(host: "a"), b, c, d, e])
    }

    @Test("A database's URI loses its last slash, and keeps scheme, host and port")
    func databaseURIs() throws {
        let given = "['http://db:8529/', 'HTTPS://db.example', 'http://[::1]:8529', 'https://web/arango/', 'http://web:81//a%20b/c']"
        let settings = try load("arangodb.endpoints = \(given)\n" + processor)
        #expect(
            settings.arangodb.endpoints == [
                "http://db:8529", "https://db.example", "http://[::1]:8529", "https://web/arango", "http://web:81/a%20b/c",
            ])
    }
}
