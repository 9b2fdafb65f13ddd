/// `GET /healthz`: 200 if healthy, otherwise 503. Healthy means consuming and progressing, not merely connected.
public struct HealthReport: Codable, Sendable, Equatable {
    /// The verdict.
    public enum Status: String, Codable, Sendable, CaseIterable {
        case healthy, degraded
    }

    /// The verdict.
    public var status: Status
    /// Why it is degraded, one sentence each; empty if healthy.
    public var reasons: [String]

    /// Healthy if there is no reason why not.
    public init(reasons: [String]) {
        status = reasons.isEmpty ? .healthy : .degraded
        self.reasons = reasons
    }
}
