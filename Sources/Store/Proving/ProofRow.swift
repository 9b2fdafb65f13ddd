/// One line of the proof's table: something that Warren's promise rests on, and whether this server does it.
public struct ProofRow: Sendable, Equatable, Encodable {
    /// What is known of it.
    public enum Verdict: String, Sendable, Encodable {
        /// It was seen to be so.
        case proven
        /// It was seen not to be so.
        case failed
        /// It could not be tried.
        case notProven = "not_proven"
    }

    /// For scripts: `version-lower-update`.
    public let name: String
    /// What is assumed, as a sentence.
    public let assumption: String
    /// What was done to find out.
    public let done: String
    /// What came back.
    public let answer: String
    /// What that means.
    public let verdict: Verdict
    /// The right that the user lacks, and the requests that grant it; `nil` if no right is missing.
    public let grant: String?

    /// The ``name`` of the line that says whether versions are honoured.
    public static let versions = "version-many"

    /// A line by its parts.
    public init(name: String, assumption: String, done: String, answer: String, verdict: Verdict, grant: String? = nil) {
        self.name = name
        self.assumption = assumption
        self.done = done
        self.answer = answer
        self.verdict = verdict
        self.grant = grant
    }
}
