import Settings
import Testing

@Suite("Sources, each over what came before")
struct SourceTests {
    /// The settings of several files in order.
    private func load(_ files: String..., environment: [String: String] = [:], credentials: [String: String] = [:]) throws -> Settings {
        try SettingsLoader.settings(
            from: files.enumerated().map { ConfigurationSource(name: "\($0.offset).toml", text: $0.element) }, environment: environment,
            credentials: credentials)
    }

    @Test("Tables merge key by key")
    func tablesMerge() throws {
        let settings = try load(
            "[rabbitmq]\nprefetch = 10\nusername = \"a\"\ntls.ca = \"x\"\n" + processor, "[rabbitmq]\nprefetch = 20\ntls.verify = false")
        #expect(settings.rabbitmq.prefetch == 20)
        #expect(settings.rabbitmq.username == "a")
        #expect(settings.rabbitmq.tls.ca == "x")
        #expect(settings.rabbitmq.tls.verify == false)
    }

    @Test("A processor with a known name is changed, one with a new name is added, in the order of the files")
    func processorsMerge() throws {
        let settings = try load(
            processor + "map = { a = \"/a\", b = \"/b\" }\nset = { s = 1 }",
            "[[processor]]\nname = \"p\"\nqueue = \"other\"\nmap = { b = \"/c\", d = \"/d\" }\n"
                + processor.replacing("\"p\"", with: "\"n\""))
        #expect(settings.processors.map(\.name) == ["p", "n"])
        let changed = settings.processors[0]
        #expect(changed.queue == "other")
        #expect(changed.collection == "c")
        #expect(changed.map.map { "\($0.attribute)=\($0.pointer)" } == ["a=/a", "b=/c", "d=/d"])
        #expect(changed.set == [AttributeConstant(attribute: "s", json: "1")])
    }

    @Test("A mistake of any file is told with that file's name, in the order of reading")
    func mistakesOfFiles() {
        #expect(
            mistakes([
                ("main.toml", "[retry]\nattempts = 0\n" + processor), ("10-a.toml", "[rety]"),
                ("20-b.toml", "\n[[processor]]\nname = \"p\"\nqueue = 1"),
            ]) == [
                "main.toml:2: retry.attempts = 0: must be a whole number from 1 to 1000",
                "10-a.toml:1: rety: unknown section; did you mean retry?",
                "20-b.toml:4: processor \"p\".queue = 1: must be text in quotes",
            ])
    }

    @Test("A rule that keys of two files break is told where the later one stands")
    func ruleAcrossFiles() {
        let found = mistakes([
            ("a.toml", processor.replacing("update", with: "invalidate") + "version = \"/v\""),
            ("b.toml", "[[processor]]\nname = \"p\"\non_invalidate = \"remove\""),
        ])
        #expect(found.count == 1)
        #expect(
            found.first?.hasPrefix("b.toml:3: processor \"p\".on_invalidate = \"remove\": cannot be used together with version") == true)
    }

    @Test("A processor's retry overrides [retry] key by key, wherever that stands")
    func retryOverrides() throws {
        let settings = try load(processor + "[processor.retry]\nattempts = 9", "[retry]\ndelay = \"1s\"\nattempts = 2")
        var expected = RetrySettings()
        expected.attempts = 9
        expected.delay = .seconds(1)
        #expect(settings.processors[0].retry == expected)
        #expect(settings.retry.attempts == 2)
    }

    @Test(
        "verify is overridden by a word, or by a table like its section",
        arguments: ["verify = \"always\"", "verify = { mode = \"always\" }"])
    func verifyOverrides(text: String) throws {
        let settings = try load(processor + text)
        #expect(settings.processors[0].verify == .always)
        #expect(settings.verify == .doubt)
    }

    @Test("Environment variables set every kind of key of a section")
    func environment() throws {
        let settings = try load(
            "[rabbitmq]\nprefetch = 10\n" + processor,
            environment: [
                "WARREN_RABBITMQ_PREFETCH": "20", "WARREN_RABBITMQ_ENDPOINTS": "amqp://a, amqp://b:1",
                "WARREN_RABBITMQ_TLS_SERVER_NAME": "c",
                "WARREN_RABBITMQ_HOLD": "1GB", "WARREN_RABBITMQ_MAX_MESSAGE": "2048", "WARREN_RABBITMQ_DECLARE": "true",
                "WARREN_ARANGODB_PASSWORD": "geheim", "WARREN_ARANGODB_TIMEOUT": "2s", "WARREN_RETRY_BACKOFF": "2",
                "WARREN_DEAD_LETTER_ENABLED": "false",
                "WARREN_VERIFY_MODE": "always", "WARREN_LOG_LEVEL": "debug",
            ])
        #expect(settings.rabbitmq.prefetch == 20)
        #expect(settings.rabbitmq.endpoints == [BrokerEndpoint(host: "a"), BrokerEndpoint(host: "b", port: 1)])
        #expect(settings.rabbitmq.tls.serverName == "c")
        #expect(settings.rabbitmq.holdBytes == 1_000_000_000)
        #expect(settings.rabbitmq.maxMessageBytes == 2048)
        #expect(settings.rabbitmq.declare)
        #expect(settings.arangodb.password.revealed == "geheim")
        #expect(settings.arangodb.timeout == .seconds(2))
        #expect(settings.retry.backoff == 2)
        #expect(settings.deadLetter.enabled == false)
        #expect(settings.verify == .always)
        #expect(settings.log.level == .debug)
    }

    @Test(
        "A variable that cannot be meant is told",
        arguments: [
            (
                "WARREN_RABBITMQ_PREFETCH", "x",
                "WARREN_RABBITMQ_PREFETCH: rabbitmq.prefetch = \"x\": must be a whole number from 1 to 65535"
            ),
            ("WARREN_RABBITMQ_DECLARE", "1", "WARREN_RABBITMQ_DECLARE: rabbitmq.declare = \"1\": must be true or false"),
            (
                "WARREN_RABBITMQ_ENDPOINTS", "",
                "WARREN_RABBITMQ_ENDPOINTS: rabbitmq.endpoints: must be a list with at least one element, like [\"…\"]"
            ),
            ("WARREN_RABBITMQ_PASSWROD", "geheim", "WARREN_RABBITMQ_PASSWROD: sets nothing; did you mean WARREN_RABBITMQ_PASSWORD?"),
            (
                "WARREN_BATCH_LINGER", "1",
                "WARREN_BATCH_LINGER: sets nothing; known for this section: WARREN_BATCH_DOCUMENTS, WARREN_BATCH_BYTES"
            ),
            ("WARREN_VERIFY", "always", "WARREN_VERIFY: sets nothing; known for this section: WARREN_VERIFY_MODE"),
            ("WARREN_RABITMQ_PREFETCH", "5", "WARREN_RABITMQ_PREFETCH: sets nothing; did you mean WARREN_RABBITMQ_PREFETCH?"),
            (
                "WARREN_PROCESSOR_P_QUEUE", "q",
                "WARREN_PROCESSOR_P_QUEUE: processors are set in files only: put a [[processor]] with the same name into a file in conf.d"
            ),
            (
                "WARREN_METRICS_LISTEN", ":1",
                "WARREN_METRICS_LISTEN: metrics.listen = \":1\": must be a numeric address and a port, like \"127.0.0.1:9464\" or \"[::1]:9464\""
            ),
        ])
    func wrongVariable(name: String, value: String, expected: String) {
        #expect(mistakes(processor, environment: [name: value]) == ["environment variable \(expected)"])
    }

    @Test(
        "Variables of others are left alone", arguments: ["WARREN_STATIC", "WARREN_CONFIG", "WARREN_SOCKET", "PATH", "RABBITMQ_PREFETCH"])
    func otherVariable(name: String) throws {
        let expected = try load(processor)
        #expect(try load(processor, environment: [name: "1"]) == expected)
    }

    @Test("Credentials win over everything, without the newline at their end")
    func credentials() throws {
        let settings = try load(
            "[rabbitmq]\npassword = \"a\"\n" + processor, environment: ["WARREN_RABBITMQ_PASSWORD": "b", "WARREN_ARANGODB_PASSWORD": "b"],
            credentials: ["rabbitmq.password": "c\n", "arangodb.password": " d \r\n", "arangodb.token": "e"])
        #expect(settings.rabbitmq.password.revealed == "c")
        #expect(settings.arangodb.password.revealed == " d ")
        #expect(settings.arangodb.token?.revealed == "e")
    }

    @Test("An empty token is a mistake")
    func emptyToken() {
        #expect(
            mistakes(processor, credentials: ["arangodb.token": "\n"]) == ["credential arangodb.token: is empty: a token is a line of text"]
        )
    }
}
