/// A pause, in a processor's status and in the answer to a verb: who asked for it, when and why.
package struct PauseReport: Codable, Sendable, Equatable {
    /// When it was asked for.
    package var since: Timestamp
    /// The number of the user who asked; `nil` if Warren paused the processor itself.
    package var uid: UInt32?
    /// The name of that user; `nil` if `/etc/passwd` does not list one.
    package var user: String?
    /// As it was given; `nil` if none was.
    package var reason: String?
    /// False without a state directory: the pause ends with the process.
    package var survivesRestart: Bool

    /// A report by its parts.
    package init(since: Timestamp, uid: UInt32? = nil, user: String? = nil, reason: String? = nil, survivesRestart: Bool = true) {
        self.since = since
        self.uid = uid
        self.user = user
        self.reason = reason
        self.survivesRestart = survivesRestart
    }
}

extension PauseReport {
    package static let schema = MessageSchema(
        "PauseReport", "A pause that an administrator asked for.",
        [
            .init("since", .time, "When the pause was asked for."),
            .optional("uid", .integer(from: 0), "The user who asked; absent if Warren paused the processor itself."),
            .optional("user", .text, "The name of that user; absent if /etc/passwd does not list one."),
            .optional("reason", .text, "The reason that was given; absent if none was."),
            .init(
                "survives_restart", .boolean, "False if the service has no state directory: then the pause ends when the service restarts."),
        ])
}

/// The body of a pause or a drain.
package struct PauseOrder: Codable, Sendable, Equatable {
    /// Characters of a reason at most.
    package static let longestReason = 200

    /// Why, for those who find the processor paused.
    package var reason: String?

    /// An order.
    package init(reason: String? = nil) { self.reason = reason }
}

extension PauseOrder: RequestMessage {
    package static let schema = MessageSchema(
        "PauseOrder", "Why a processor is paused.", isRequest: true,
        [
            .optional(
                "reason", .name,
                "The reason, for those who find the processor paused: one line of at most \(longestReason) characters. Status shows it.")
        ])

    package init(_ body: JSONValue) throws(ControlError) {
        self.init(reason: body.text("reason"))
        guard let reason else { return }
        guard reason.count <= Self.longestReason, reason.utf8.count <= 4 * Self.longestReason else {
            throw .badRequest("reason must have at most \(Self.longestReason) characters, and has \(reason.count). Nothing was done")
        }
        guard !reason.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw .badRequest("reason must be one line without control characters. Nothing was done")
        }
    }
}
