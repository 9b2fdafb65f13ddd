import Commands
import ControlClients
import ControlMessages
import Testing
import Waiting

/// How the daemon answered requests for its dead letters.
struct LedgerLooks: Sendable {
    var answered = 0
    /// A look that would use a delivery up may be refused.
    var refused = 0
    /// The daemon could not ask the broker, or ended.
    var failed = 0
}

extension LedgerLooks: CustomStringConvertible {
    var description: String { "\(answered) looks at dead letters were answered, \(refused) refused, \(failed) failed" }
}

extension LedgerWorld {
    /// Until the daemon's control socket answers: a process that has only just begun does not listen yet.
    func daemonAnswers() async throws {
        let client = AsyncControlClient(socket: socket)
        try await eventually("the daemon answers", seconds: 60) { (try? await client.text(.get, "/v1/status")) != nil }
    }

    /// As `warren dead list` does for each processor, all at the same time. With consent as well, where a look counts as a delivery: not even a look
    /// with consent may lose a letter.
    func lookAtDeadLetters(_ times: Int) async throws {
        try await daemonAnswers()
        let client = AsyncControlClient(socket: socket), looks = looks
        await withTaskGroup { group in
            for queue in LedgerQueue.allCases {
                group.addTask {
                    for consent in Array(repeating: ["", "&consent=deliveries"], count: times).joined() {
                        do throws(ClientError) {
                            _ = try await client.text(.get, "/v1/dead-letters/\(queue.rawValue)?limit=1000\(consent)")
                            looks.update { $0.answered += 1 }
                        } catch {
                            if case .refused = error { looks.update { $0.refused += 1 } } else { looks.update { $0.failed += 1 } }
                        }
                    }
                }
            }
        }
    }
}
