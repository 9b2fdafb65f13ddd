import ArgumentParser
import ControlMessages
import Glibc

/// `warren resync end`
struct ResyncEnd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "Ends a run: marks or removes the documents that it has not seen.",
        discussion: """
            Everything of the run must be settled: its queue is empty, nothing is held, the queue has no other consumer, nothing was parked, and nothing \
            waits for other processors of its collection. To make sure, Warren stops taking messages for a moment. If more documents are missing than `max_removed` allows, Warren changes nothing, and the run \
            asks. Only root and the service user may use --confirm and --force.

            Exit code 0: the run ends. 1: not everything is settled, or messages were parked. 3: the run asks, or has stopped.

            Examples:
              warren resync end company-sync --wait
              warren resync end company-sync --confirm
            """)

    @OptionGroup var resync: ResyncOption
    @Flag(help: "Wait until everything is settled, and then until the run is done.")
    var wait = false
    @Flag(help: "Mark or remove the documents, as many as were counted.")
    var confirm = false
    @Flag(help: "End the run although messages were parked during it, or wait for other processors; their documents may count as missing.")
    var force = false

    func run() throws {
        let client = try resync.service.client()
        var report = try end(client)
        while wait, report.state == "sweeping" {
            sleep(1)
            report = try asking { () throws(ClientError) in try resync.ask(client, .get) }
        }
        try resync.tell(report)
    }

    private func end(_ client: ControlClient) throws(ExitCode) -> ResyncReport {
        var isTold = false
        while true {
            do throws(ClientError) {
                return try resync.ask(client, .post, "/end", ResyncOrder(confirm: confirm ? true : nil, force: force ? true : nil))
            } catch {
                guard wait, case .refused(let refusal) = error, refusal.code == ErrorCode.outstanding.rawValue else {
                    complain("warren: \(error)")
                    throw ExitCode(error)
                }
                if !isTold { complain("waiting: \(refusal.message)") }
                isTold = true
                sleep(1)
            }
        }
    }
}
