package import ControlMessages

/// `warren status --all --json`: all instances of a host.
package struct HostReport: Codable, Sendable, Equatable {
    /// One of them: with its status, or with the reason why there is none.
    package struct Instance: Codable, Sendable, Equatable {
        /// `warren`, or the instance name, behind the `@` of its unit.
        package var instance: String
        /// Its control socket.
        package var socket: String
        /// The output of `warren status --json` for it.
        package var status: StatusReport?
        /// What systemd knows of its unit.
        package var unit: ServiceUnit?
        /// Why it does not answer.
        package var error: ErrorReply.Content?
    }

    /// In the order of their names, the one without a name first.
    package var instances: [Instance]

    /// The report of all instances that were asked.
    package init(_ answers: [InstanceAnswer]) {
        instances = answers.map { answer in
            var instance = Instance(instance: answer.instance.name, socket: answer.instance.socket)
            instance.unit = answer.instance.unit
            switch answer.result {
            case .success(let report): instance.status = report
            case .failure(let error):
                instance.error = ErrorReply(ControlError(status: 503, code: error.code, message: "\(error)")).error
            }
            return instance
        }
    }
}

extension ClientError {
    /// A word for programs.
    fileprivate var code: String {
        switch self {
        case .notRunning: "not_running"
        case .notPermitted: "not_permitted"
        case .lost: "no_answer"
        case .notUnderstood: "not_understood"
        case .refused(let error): error.code
        }
    }
}
