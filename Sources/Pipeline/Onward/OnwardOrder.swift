public import Messages

/// An onward message on its way to its exchange.
public struct OnwardOrder: Sendable {
    /// Names the order in its reply.
    public let id: Int
    /// The write that it reports.
    public let write: PlannedWrite
    /// Where it goes.
    public let onward: OnwardPlan
    /// What became of the write.
    public let outcome: OnwardPlan.Outcome
    /// The document's revision; `nil` if it has none, or the message does not include it.
    public let revision: String?

    /// What is published.
    public var body: ArraySlice<UInt8> { onward.body(of: write, outcome, revision: revision) }
}

/// Why an onward message is not known to be safe with RabbitMQ.
public struct OnwardFailure: Error, Sendable, Equatable {
    /// What it concerns.
    public enum Scope: Sendable {
        /// This message: no queue takes its routing key, or the queue refused it. Others may pass.
        case message
        /// All of its exchange: it is missing, or RabbitMQ is away.
        case exchange
    }

    /// What it concerns.
    public let scope: Scope
    /// Where and why, for people.
    public let text: String

    /// A failure by its parts.
    package init(_ scope: Scope, _ text: String) {
        self.scope = scope
        self.text = text
    }
}
