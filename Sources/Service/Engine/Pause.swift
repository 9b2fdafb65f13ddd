internal import ControlMessages

/// A processor that an administrator has paused, or is draining. It lasts until it is resumed, across restarts if there is a ``PauseRecord``.
struct Pause: Sendable, Equatable {
    /// Draining: it is still to finish what it holds; then it is paused.
    enum State: Sendable, Equatable {
        /// It accepts nothing new, and finishes what it holds.
        case draining
        /// It accepts nothing new. What it held when it was paused is still finished.
        case paused
    }

    /// Which of both.
    let state: State
    /// Since when it is in this state.
    let since: ClockReading
    /// Who asked for it, when and why.
    let request: PauseRequest

    /// Asked for now.
    init(_ state: State, since: ClockReading = .now, request: PauseRequest = PauseRequest()) {
        self.state = state
        self.since = since
        self.request = request
    }

    /// One of an earlier process: what that one held is in the queue again, so there is nothing to drain.
    init(recorded request: PauseRequest, at now: ClockReading = .now) {
        let since = ClockReading(instant: now.instant - .seconds(request.at.age(at: now.wall)), wall: request.at)
        self.init(.paused, since: since, request: request)
    }
}

/// Who asked for a pause, when and why.
struct PauseRequest: Sendable, Equatable {
    /// When it was asked for.
    var at = Timestamp.now
    /// The number of the user who asked; `nil` if Warren paused the processor itself.
    var uid: UInt32?
    /// The name of that user in `/etc/passwd`; `nil` if it is not listed there.
    var user: String?
    /// What the administrator gave as the reason; `nil` if nothing.
    var reason: String?
    /// Where it comes from.
    var origin = Origin.administrator

    /// Where a pause comes from.
    enum Origin: Sendable, Equatable {
        /// A verb.
        case administrator
        /// The end of a resynchronisation, which stops taking messages for a moment. Not recorded: it must not outlive the process.
        case resynchronisation
        /// Warren cannot read which processors were paused, and so pauses all.
        case unreadableRecord
    }

    /// `anna`, `uid 1000`, or `Warren`.
    var who: String { user ?? uid.map { "uid \($0)" } ?? "Warren" }

    /// The request behind a pause, after another one for the same processor: who gives a reason has the last word, and what Warren does for a moment
    /// gives way to an administrator.
    func updated(by other: PauseRequest) -> PauseRequest {
        guard origin != .resynchronisation else { return other }
        guard other.reason != nil else { return self }
        var request = other
        request.at = at
        return request
    }

    /// `paused by anna: schema change`, for a state's reason.
    var text: String { "paused by \(who)\(reason.map { ": \($0)" } ?? "")" }
}

/// Why a processor is not changed.
public enum ProcessorRefusal: Error, Sendable, Equatable {
    /// No running processor has this name; `known` are the names of those that run, `disabled` of those that are switched off.
    case unknown(String, known: [String], disabled: [String])
    /// A pause would delete, or might delete, a queue with what waits in it. Says why, and what to do.
    case destroysQueue(String)
    /// The state directory does not take the change, so a restart would undo it. Says why, and what to do.
    case notRecorded(String)
}
