import ArgumentParser
import ControlMessages
import Glibc

/// `warren stop`
struct Stop: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stops the service in order, as SIGTERM does.",
        discussion: """
            Warren finishes what is in flight and returns the rest to RabbitMQ. The command waits until the service has ended. Under systemd, \
            `systemctl stop warren` does the same, and a socket unit does not start the service again.
            """)

    @OptionGroup var service: ServiceOption
    @Flag(help: "Print the answer as JSON.")
    var json = false
    @Flag(inversion: .prefixedNo, help: "Wait until the service has ended.")
    var wait = true

    func run() throws {
        let client = try service.client()
        let text = try asking { () throws(ClientError) in try client.text(.post, "/v1/stop") }
        let reply = try asking { () throws(ClientError) in try client.decode(StopReply.self, text) }
        if json {
            showJSON(text)
        } else {
            show(reply.held > 0 ? "stopping, finishing \(HumanFormat.count(reply.held)) messages" : "stopping")
        }
        guard wait else { return }
        while isRunning(client) { usleep(100_000) }
        if !json { show("stopped") }
    }

    private func isRunning(_ client: ControlClient) -> Bool {
        do throws(ClientError) {
            let _: LogLevelMessage = try client.send(.get, "/v1/log-level")
            return true
        } catch {
            if case .notRunning = error { return false }
            return true
        }
    }
}
