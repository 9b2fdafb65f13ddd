import Settings
import Testing

@testable import Broker

@Suite("Names with several addresses")
struct ResolverTests {
    @Test("All addresses are tried, in any order; over TLS the name itself as well, as the last")
    func targets() {
        let resolver = Resolver { _ in ["10.0.0.1", "10.0.0.2", "::1"] }
        #expect(Set(resolver.targets(of: "rabbit", usesTLS: false)) == ["10.0.0.1", "10.0.0.2", "::1"])
        let targets = resolver.targets(of: "rabbit", usesTLS: true)
        #expect(targets.count == 4 && targets.last == .some(nil))
        #expect(
            Set((0..<100).map { _ in resolver.targets(of: "rabbit", usesTLS: false)[0] }).count == 3, "each of them is the first at times")
    }

    @Test("A name of one address, or none, is left to librabbitmq")
    func one() {
        #expect(Resolver { _ in ["10.0.0.1"] }.targets(of: "rabbit", usesTLS: false) == [nil])
        #expect(Resolver { _ in [] }.targets(of: "rabbit", usesTLS: false) == [nil])
        #expect(Resolver { _ in (0..<100).map { "10.0.0.\($0)" } }.targets(of: "rabbit", usesTLS: false).count == Resolver.mostAddresses)
    }

    @Test("The system knows this machine")
    func system() { #expect(Resolver.system.addresses("127.0.0.1") == ["127.0.0.1"]) }

    @Test("The address is told beside the name")
    func place() {
        var parameters = ConnectionParameters(RabbitMQSettings(), endpoint: BrokerEndpoint(host: "rabbit"), name: "test", channels: 1)
        parameters.resolver = Resolver { _ in ["10.0.0.1", "10.0.0.2"] }
        #expect(Set(parameters.targets.map(\.destination)) == ["rabbit:5672 (10.0.0.1)", "rabbit:5672 (10.0.0.2)"])
    }
}

extension RealBroker {
    @Suite("A broker of several addresses") struct AddressTests {
        @Test("A node that is down is passed over, and the next address of the name is used")
        func passedOver() throws {
            let settings = try PrivateNode.settings()
            var endpoint = settings.endpoints[0]
            endpoint.host = "rabbit.cluster.test"
            var parameters = ConnectionParameters(settings, endpoint: endpoint, name: "tests", channels: 1)
            // Nobody listens at the others: the node is on 127.0.0.1 alone.
            parameters.resolver = Resolver { _ in ["127.0.0.2", "127.0.0.3", "127.0.0.1"] }
            for _ in 0..<5 {
                let connection = try Connection.opened(parameters)
                #expect(connection.destination == "rabbit.cluster.test:\(endpoint.port) (127.0.0.1)")
                connection.closeAndWait()
            }
        }

        @Test("If no address answers, that is told")
        func none() throws {
            let settings = try PrivateNode.settings()
            var parameters = ConnectionParameters(settings, endpoint: settings.endpoints[0], name: "tests", channels: 1)
            parameters.resolver = Resolver { _ in ["127.0.0.2", "127.0.0.3"] }
            #expect(throws: BrokerError.self) { try Connection.opened(parameters) }
        }

        @Test(
            "Over TLS the certificate must be of the name, whichever address answers", .enabled(if: PrivateNode.hasTLS, PrivateNode.whyNot))
        func certificate() throws {
            let directory = try #require(PrivateNode.variable("WARREN_TEST_TLS_DIR"))
            var settings = try PrivateNode.settings()
            settings.tls.ca = "\(directory)/ca.pem"
            settings.tls.certificate = "\(directory)/client.pem"
            settings.tls.key = "\(directory)/client.key"
            var endpoint = try PrivateNode.endpoint(of: #require(PrivateNode.variable("AMQPS_URL")))
            endpoint.host = "localhost"
            var parameters = ConnectionParameters(settings, endpoint: endpoint, name: "tests", channels: 1)
            parameters.resolver = Resolver { _ in ["127.0.0.2", "127.0.0.1"] }
            try Connection.opened(parameters).closeAndWait()
            endpoint.host = "elsewhere.test"
            parameters = ConnectionParameters(settings, endpoint: endpoint, name: "tests", channels: 1)
            parameters.resolver = Resolver { _ in ["127.0.0.2", "127.0.0.1"] }
            #expect(throws: BrokerError.self) { try Connection.opened(parameters) }
        }
    }
}
