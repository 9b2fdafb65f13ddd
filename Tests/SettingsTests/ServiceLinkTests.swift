import Settings
import Testing

@Suite("Environment variables that an orchestrator sets for a service called like us")
struct ServiceLinkTests {
    private let processor = """
        [[processor]]
        name = "p"
        queue = "q"
        operation = "update"
        collection = "c"
        key = "/id"

        """

    @Test(
        "Are no mistake, as Kubernetes and Docker write them",
        arguments: [
            ("WARREN_SERVICE_HOST", "10.0.0.1"), ("WARREN_SERVICE_HOST", "fd00::1"), ("WARREN_SERVICE_PORT", "80"),
            ("WARREN_SERVICE_PORT_HTTP", "80"), ("WARREN_SERVICE_PORT_HTTP_METRICS", "9464"), ("WARREN_PORT", "tcp://10.0.0.1:80"),
            ("WARREN_PORT", "tcp://[fd00::1]:80"), ("WARREN_PORT_80_TCP", "tcp://10.0.0.1:80"), ("WARREN_PORT_80_TCP_ADDR", "10.0.0.1"),
            ("WARREN_PORT_80_TCP_PROTO", "tcp"), ("WARREN_PORT_80_TCP_PORT", "80"), ("WARREN_PORT_53_UDP", "udp://10.0.0.1:53"),
            ("WARREN_PORT_80_TCP_START", "tcp://10.0.0.1:80"), ("WARREN_PORT_80_TCP_PORT_END", "90"),
            // Services called warren-rabbitmq, warren-metrics and warren-service.
            ("WARREN_RABBITMQ_SERVICE_HOST", "10.0.0.1"), ("WARREN_RABBITMQ_SERVICE_PORT_AMQP", "5672"),
            ("WARREN_RABBITMQ_PORT", "tcp://10.0.0.1:5672"), ("WARREN_METRICS_PORT_9464_TCP_ADDR", "10.0.0.1"),
            ("WARREN_SERVICE_SERVICE_HOST", "10.0.0.1"), ("WARREN_SERVICE_PORT_80_TCP", "tcp://10.0.0.1:80"),
        ])
    func links(name: String, value: String) {
        #expect(mistakes(processor, environment: [name: value]) == [])
    }

    @Test(
        "Are known by their form: a slip of the pen is still told",
        arguments: [
            ("WARREN_RABITMQ_VHOST", "/"), ("WARREN_SERVICE_DRAIM", "20s"), ("WARREN_SERVICE_HOST", "example"),
            ("WARREN_SERVICE_HOSTS", "10.0.0.1"), ("WARREN_SERVICE_PORT", "http"), ("WARREN_SERVICE_PORT", "70000"),
            ("WARREN_RABBITMQ_PORT", "5672"), ("WARREN_RABBITMQ_PORT", "http://10.0.0.1:80"),
            ("WARREN_RABBITMQ_PORT_5672_AMQP", "10.0.0.1"),
            ("WARREN_RABBITMQ_PORT_5672_TCP_ADDR", "rabbit"), ("WARREN_RABBITMQ_HOST", "10.0.0.1"), ("WARREN_SERVICE_PORT_", "80"),
        ])
    func slips(name: String, value: String) {
        #expect(mistakes(processor, environment: [name: value]).count == 1, "\(name)=\(value)")
    }

    @Test("A variable of ours sets its key, whatever its value looks like")
    func ours() {
        #expect(mistakes(processor, environment: ["WARREN_SERVICE_DRAIN": "10.0.0.1"]).count == 1)
    }
}
