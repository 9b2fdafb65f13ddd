/// One try at changing something: who, what, and what became of it. The service logs each.
public struct ChangeRecord: Sendable, Equatable {
    /// Who asked.
    public let peer: Peer
    /// Such as `POST`.
    public let method: String
    /// The path, such as `/v1/processors/company-sync/pause`.
    public let path: String
    /// The status it was answered with; below 400: it was done.
    public let status: Int
    /// What the answer said, if it was not done.
    public let error: ControlError?
}
