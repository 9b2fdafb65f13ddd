/// What a process wrote down of itself.
public struct LastProcess: Sendable, Equatable {
    /// How far it came. Raw values are the words of the record.
    public enum State: String, Sendable, CaseIterable {
        /// It consumed.
        case running
        /// It was asked to stop, and had not done so yet.
        case stopping
        /// It has stopped in order.
        case stopped
    }

    /// How far it came.
    public let state: State
    /// The unit's invocation (systemd.exec(5), `$INVOCATION_ID`); `nil` if it did not run under systemd.
    public let invocation: String?
    /// The messages it handled with caution.
    public let poisonRecords: PoisonRecords

    /// A process by what it wrote.
    package init(state: State, invocation: String?, poisonRecords: PoisonRecords) {
        self.state = state
        self.invocation = invocation
        self.poisonRecords = poisonRecords
    }
}

/// How systemd saw a process end (systemd.exec(5), `$SERVICE_RESULT` and what follows it).
public struct ProcessEnding: Sendable, Equatable {
    /// `$SERVICE_RESULT`
    public let result: String
    /// `$EXIT_STATUS`: a number, or the name of a signal.
    public let status: String
    /// `$INVOCATION_ID` of the process; `nil` if there was none.
    public let invocation: String?

    /// An ending by its parts.
    package init(result: String, status: String, invocation: String?) {
        self.result = result
        self.status = status
        self.invocation = invocation
    }

    /// Something in the process ended it: its memory, a stalled loop, an instruction. A SIGKILL may have any cause.
    public var isHardEvidence: Bool {
        switch result {
        case "oom-kill", "watchdog", "core-dump": true
        // Where no core may be written, systemd says "signal" of these too.
        case "signal": ["SEGV", "ABRT", "ILL", "BUS", "FPE", "TRAP"].contains(status)
        default: false
        }
    }
}
