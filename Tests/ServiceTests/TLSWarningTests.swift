import Settings
import Testing

@testable import Service

@Suite("Connections that TLS does not protect") struct TLSWarningTests {
    /// Nobody listens there.
    private func settings(broker: String, database: String, unchecked: Set<String>) -> Settings {
        var settings = Settings()
        settings.rabbitmq.endpoints = [BrokerEndpoint(host: "127.0.0.1", port: 1)]
        settings.rabbitmq.endpoints[0].usesTLS = broker == "amqps"
        settings.arangodb.endpoints = ["\(database)://127.0.0.1:1"]
        settings.rabbitmq.tls.verify = !unchecked.contains("rabbitmq")
        settings.arangodb.tls.verify = !unchecked.contains("arangodb")
        return settings
    }

    @Test("verify = false is reported for each table that is used, and for no other")
    func tables() {
        let both: Set = ["rabbitmq", "arangodb"]
        #expect(settings(broker: "amqps", database: "https", unchecked: []).tlsWarnings.isEmpty)
        #expect(settings(broker: "amqp", database: "http", unchecked: both).tlsWarnings.isEmpty)
        let broker = settings(broker: "amqps", database: "http", unchecked: both).tlsWarnings
        #expect(broker.count == 1 && broker[0].hasPrefix("[rabbitmq.tls] verify = false: "))
        let database = settings(broker: "amqp", database: "https", unchecked: both).tlsWarnings
        #expect(database.count == 1 && database[0].hasPrefix("[arangodb.tls] verify = false: "))
        #expect(settings(broker: "amqps", database: "https", unchecked: both).tlsWarnings.count == 2)
    }

    @Test("The management API over https counts as a use of [rabbitmq.tls]") func management() {
        var settings = settings(broker: "amqp", database: "http", unchecked: ["rabbitmq"])
        settings.rabbitmq.management = "https://127.0.0.1:1"
        #expect(settings.tlsWarnings.count == 1)
        settings.rabbitmq.management = "http://127.0.0.1:1"
        #expect(settings.tlsWarnings.isEmpty)
    }

    @Test("check --live tells it as a warning, also when neither server is there") func live() async {
        let findings = await Doctor(settings: settings(broker: "amqps", database: "https", unchecked: ["rabbitmq", "arangodb"])).examine()
        let warnings = findings.filter { $0.text.contains("verify = false") }
        #expect(warnings.count == 2 && warnings.allSatisfy { $0.severity == .warning })
    }
}
