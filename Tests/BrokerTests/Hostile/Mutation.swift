import HostileBroker
import Testing

/// Bytes that a broker must not send, and what has to come of them.
struct Mutation: Sendable, CustomTestStringConvertible {
    /// What a client makes of it.
    enum Verdict: Sendable {
        /// The connection ends with a protocol error.
        case violation
        /// The connection ends, whatever the reason is called: the peer was gone, or silent, before its fault was complete.
        case ended
        /// Nobody minds.
        case harmless
        /// Between the two: the protocol leaves it open, or forgives it.
        case open
    }

    let name: String
    /// Its size and end are right.
    var isWellFramed = false
    let verdict: Verdict
    let bytes: @Sendable (UInt16) -> [UInt8]

    init(_ name: String, _ verdict: Verdict = .violation, _ bytes: @escaping @Sendable (UInt16) -> [UInt8]) {
        self.name = name
        self.verdict = verdict
        self.bytes = bytes
    }

    var testDescription: String { name }
}
