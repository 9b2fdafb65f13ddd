import Settings
import Testing

@testable import Broker

@Suite("Errors tell what failed, where, and what to do")
struct BrokerErrorTests {
    @Test(
        "The text of an error",
        arguments: [
            (
                BrokerError(
                    .channelClosed(code: 404, text: "NOT_FOUND - no queue 'company.updated' in vhost '/'"), endpoint: "mq:5672",
                    queue: "company.updated"),
                "queue 'company.updated' at RabbitMQ mq:5672: the broker closed the channel: 404 NOT_FOUND - no queue 'company.updated' in vhost '/'. "
                    + "Create it with `warren provision`, or set [rabbitmq] declare = true"
            ),
            (
                BrokerError(.accessRefused("ACCESS_REFUSED - Login was refused"), endpoint: "mq:5672"),
                "RabbitMQ mq:5672: login refused: ACCESS_REFUSED - Login was refused. Check [rabbitmq] username and password, or those in the endpoint"
            ),
            (
                BrokerError(.heartbeatMissed, endpoint: "mq:5672"), "RabbitMQ mq:5672: connection lost: no sign of life for two heartbeats"
            ),
        ])
    func text(error: BrokerError, expected: String) { #expect(error.description == expected) }

    @Test("What heals by itself is distinguished from what an administrator must mend")
    func advice() {
        #expect(BrokerError(.unreachable("x"), endpoint: "").advice == .retry)
        #expect(BrokerError(.cancelledByServer, endpoint: "").advice == .retry)
        #expect(BrokerError(.channelClosed(code: 541, text: ""), endpoint: "").advice == .retry)
        #expect(BrokerError(.channelClosed(code: 406, text: "PRECONDITION_FAILED - unknown delivery tag 7"), endpoint: "").advice == .retry)
        let heldTooLong = "PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out. Timeout value used: 1800000 ms."
        #expect("\(BrokerError(.channelClosed(code: 406, text: heldTooLong), endpoint: ""))".contains("consumer_timeout"))
        #expect(BrokerError(.channelClosed(code: 404, text: ""), endpoint: "").advice == .intervene)
        #expect(BrokerError(.accessRefused("x"), endpoint: "").advice == .intervene)
    }

    @Test("What stands in the endpoint wins over the section")
    func endpointWins() {
        var (settings, endpoint) = (RabbitMQSettings(), BrokerEndpoint(host: "::1", port: 5673))
        settings.username = "section"
        settings.vhost = "section"
        endpoint.vhost = "own"
        endpoint.password = Secret("own")
        let parameters = ConnectionParameters(settings, endpoint: endpoint, name: "", channels: 1)
        #expect(parameters.username == "section")
        #expect(parameters.vhost == "own")
        #expect(parameters.password.revealed == "own")
        #expect(parameters.destination == "[::1]:5673")
        #expect(!"\(parameters)".contains("password: \"own\""))
    }

    @Test(
        "Heartbeats are whole seconds, rounded up",
        arguments: [
            (Duration.zero, Int32(0)), (.milliseconds(1), 1), (.seconds(30), 30), (.milliseconds(30_500), 31),
        ])
    func heartbeat(duration: Duration, seconds: Int32) {
        var settings = RabbitMQSettings()
        settings.heartbeat = duration
        #expect(ConnectionParameters(settings, endpoint: settings.endpoints[0], name: "", channels: 1).heartbeatSeconds == seconds)
    }
}
