import ArgumentParser
import ControlMessages
import Glibc

/// `warren resync end`
struct ResyncEnd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "Ends a run: marks or removes what it has not seen.",
        discussion: """
            Everything of the run must be settled: its queue empty, nothing held, no other consumer, nothing parked. The processor takes no
            messages for a moment meanwhile. If more documents are missing than `max_removed` allows nothing is changed, and the run asks.
            To confirm and to force is for root and the service user.

            Exit code 0: it ends. 1: not all is settled, or messages were parked. 3: it asks, or has stopped.

            Examples:
              warren resync end company-sync --wait
              warren resync end company-sync --confirm
            """)

    @OptionGroup var resync: ResyncOption
    @Flag(help: "Wait until all is settled, and then until the run is done.")
    var wait = false
    @Flag(help: "As many documents as were counted may go.")
    var confirm = false
    @Flag(help: "End it although messages were parked in it: their documents may count as missing.")
    var force = false

    func run() throws {
        var report = try end()
        while wait, report.state == "sweeping" {
            sleep(1)
            report = try asking { () throws(ClientError) in try resync.ask(.get) }
        }
        try resync.tell(report)
    }

    private func end() throws(ExitCode) -> ResyncReport {
        var isTold = false
        while true {
            do throws(ClientError) {
                return try resync.ask(.post, "/end", ResyncOrder(confirm: confirm ? true : nil, force: force ? true : nil))
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
