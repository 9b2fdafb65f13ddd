package import ControlMessages

/// One try at changing something: who, what, and what became of it. The service logs each.
package struct ChangeRecord: Sendable, Equatable {
    /// Who asked.
    package let peer: Peer
    /// Such as `POST`.
    package let method: String
    /// The path, such as `/v1/processors/company-sync/pause`.
    package let path: String
    /// The status it was answered with; below 400: it was done.
    package let status: Int
    /// What the answer said, if it was not done.
    package let error: ControlError?
}
