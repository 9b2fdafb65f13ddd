import ArgumentParser
import ControlMessages
import Glibc

/// `--count-deliveries`: a look may use up deliveries of a quorum queue.
struct DeliveryConsent: ParsableArguments {
    @Flag(help: "Look even where RabbitMQ counts that as a delivery of each letter.")
    var countDeliveries = false

    /// Asks the service for what a look shows. If that counts as a delivery, and the option is not given, asks the person at the terminal first.
    func look(_ path: String, _ client: ControlClient, mayAsk: Bool) throws -> [UInt8] {
        func text(_ mayCount: Bool) throws(ClientError) -> [UInt8] {
            try client.text(.get, path + (mayCount ? "&consent=deliveries" : ""), timeout: .seconds(300))
        }
        guard !countDeliveries else { return try asking { () throws(ClientError) in try text(true) } }
        do throws(ClientError) {
            return try text(false)
        } catch {
            guard case .refused(let refusal) = error, refusal.code == ErrorCode.countsDeliveries.rawValue, mayAsk,
                isatty(STDIN_FILENO) == 1,
                isatty(STDOUT_FILENO) == 1
            else { return try asking { () throws(ClientError) in throw error } }
            complain("warren: \(refusal.message)")
            try writeOutput(Array("Look, although that counts as a delivery of each letter? [y/N] ".utf8))
            guard ["y", "yes"].contains(readLine()?.lowercased() ?? "") else {
                complain("nothing was looked at")
                throw ExitCode.failure
            }
            return try asking { () throws(ClientError) in try text(true) }
        }
    }
}
