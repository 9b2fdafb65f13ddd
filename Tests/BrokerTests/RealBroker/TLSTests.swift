import Broker
import Settings
import Testing

extension RealBroker {
    /// The node's TLS listener asks for a client certificate by the test authority. Its own is for `localhost` and 127.0.0.1.
    @Suite(
        "Over TLS", .enabled(if: PrivateNode.hasTLS, "AMQPS_URL and WARREN_TEST_TLS_DIR name no TLS listener; `packaging/test` starts one"))
    struct TLSTests {
        private let settings: RabbitMQSettings
        private let directory: String

        init() throws {
            directory = try #require(PrivateNode.variable("WARREN_TEST_TLS_DIR"))
            var settings = try PrivateNode.settings()
            settings.endpoints = [try PrivateNode.endpoint(of: #require(PrivateNode.variable("AMQPS_URL")))]
            settings.tls.ca = "\(directory)/ca.pem"
            settings.tls.certificate = "\(directory)/client.pem"
            settings.tls.key = "\(directory)/client.key"
            self.settings = settings
        }

        /// Why looking at a queue fails; `nil` if it does not.
        private func failure(_ change: (inout RabbitMQSettings) -> Void) async -> BrokerError? {
            var settings = settings
            change(&settings)
            do throws(BrokerError) {
                _ = try await Topology.check(["unused"], settings: settings)
                return nil
            } catch {
                return error
            }
        }

        @Test("Messages go both ways, more than one record holds")
        func traffic() async throws {
            let queue = try await PrivateNode.queue()
            let texts = (0..<2000).map { "message \($0) " + String(repeating: "x", count: 600) }
            let publisher = Publisher(settings: settings)
            let results = await publisher.publish(
                texts.map { Publication(exchange: "", routingKey: queue, body: Array($0.utf8)[...], encodedProperties: [], headers: []) })
            await publisher.close()
            #expect(results.allSatisfy { $0.failure == nil })
            try await withConsumer(of: [queue], settings: settings) { _, recorder in
                try await recorder.wait("all") { $0.deliveries().count == texts.count }
                #expect(recorder.deliveries().map(\.text) == texts)
            }
        }

        @Test("The broker is known by its address, by its name, and by the name it is said to have", arguments: ["127.0.0.1", "localhost"])
        func names(host: String) async {
            #expect(await failure { $0.endpoints[0].host = host } == nil)
            #expect(await failure { $0.tls.serverName = host } == nil)
        }

        @Test("A certificate for another name is refused, unless verification is off")
        func wrongName() async {
            let error = await failure { $0.tls.serverName = "mq.example.com" }
            #expect(error?.tlsFault == .wrongName && error?.explanation.contains("mq.example.com") == true)
            #expect(error?.explanation.contains("server_name") == true)
            let unverified = await failure {
                $0.tls.serverName = "mq.example.com"
                $0.tls.verify = false
            }
            #expect(unverified == nil)
        }

        @Test("A certificate by an unknown authority is refused, and the error says where to look")
        func unknownAuthority() async throws {
            let error = try #require(await failure { $0.tls.ca = "\(directory)/stranger.pem" })
            #expect("\(error)".contains("certificate verify failed"))
            #expect("\(error)".contains("Set [rabbitmq.tls] ca"))
            #expect(error.tlsFault == .unknownAuthority)
            #expect(await failure { $0.tls.ca = nil }?.tlsFault == .unknownAuthority, "the system does not know the test authority")
        }

        @Test("Without a client certificate, or with one the broker does not accept, it is not let in")
        func clientCertificate() async {
            let without = await failure {
                $0.tls.certificate = nil
                $0.tls.key = nil
            }
            // With TLS 1.3 the alert comes after the handshake: a write that fails before it is read has no known cause.
            #expect(without.map { [.certificateWanted, .other].contains($0.tlsFault) } == true, "\(String(describing: without))")
            let stranger = await failure {
                $0.tls.certificate = "\(directory)/stranger.pem"
                $0.tls.key = "\(directory)/stranger.key"
            }
            #expect(stranger.map { [.certificateRefused, .other].contains($0.tlsFault) } == true, "\(String(describing: stranger))")
        }

        @Test("Files that are missing or do not fit are named")
        func files() async throws {
            #expect("\(try #require(await failure { $0.tls.ca = "/nowhere/ca.pem" }))".contains("/nowhere/ca.pem"))
            #expect("\(try #require(await failure { $0.tls.key = "\(directory)/stranger.key" }))".contains("stranger.key"))
        }

        @Test("The wrong kind of port is told as such, either way")
        func wrongPort() async throws {
            let plain = try PrivateNode.settings().endpoints[0].port
            #expect(await failure { $0.endpoints[0].port = plain }?.tlsFault == .plainPort)
            let error = try #require(await failure { $0.endpoints[0].usesTLS = false })
            #expect("\(error)".contains("amqps"))
        }
    }
}

extension BrokerError {
    fileprivate var tlsFault: TLSFault? { if case .tls(_, let fault) = reason { fault } else { nil } }
}
