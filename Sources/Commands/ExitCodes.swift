import ArgumentParser
import Broker
import ControlMessages
import Glibc
internal import Messages

/// The exit codes of all commands, which warren(1) lists. 64 (usage) is the parser's own; 0 and 1 are as everywhere.
extension ExitCode {
    /// The service, a run or a processor needs somebody: degraded, or it asks.
    static let degraded = ExitCode(3)
    /// The service does not run: nothing listens at its control socket.
    static let notRunning = ExitCode(4)
    /// The message cannot be written: sysexits.h EX_DATAERR.
    static let refusedMessage = ExitCode(65)
    /// RabbitMQ, ArangoDB or the service cannot be used at present.
    static let unavailable = ExitCode(EX_UNAVAILABLE)
    /// The user, or the user that a server knows, may not do this.
    static let notPermitted = ExitCode(EX_NOPERM)
    /// The configuration has mistakes, or asks for what a server cannot do.
    static let configuration = ExitCode(EX_CONFIG)

    /// The exit code for a request that failed.
    init(_ error: ClientError) {
        switch error {
        case .notPermitted: self = .notPermitted
        case .notRunning: self = .notRunning
        case .lost, .notUnderstood: self = .unavailable
        case .refused(let error):
            self =
                switch error.status {
                case 400, 404: .validationFailure
                case 403: .notPermitted
                case 422: .configuration
                case 503: .unavailable
                default: .failure
                }
        }
    }

    /// A broker that cannot be used.
    init(_ error: BrokerError) {
        switch error.reason {
        case .accessRefused, .vhostNotFound: self = .notPermitted
        case .unsupported: self = .configuration
        default: self = .unavailable
        }
    }

    /// A database that cannot be used.
    init(_ failure: RequestFailure) {
        if case .configuration(let fault) = failure {
            self = [401, 403].contains(fault.status) ? .notPermitted : .configuration
        } else {
            self = .unavailable
        }
    }
}
