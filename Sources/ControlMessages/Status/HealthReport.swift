/// `GET /healthz`: 200 if healthy, otherwise 503. Healthy means consuming and progressing, not merely connected.
package struct HealthReport: Codable, Sendable, Equatable {
    /// The verdict.
    package enum Status: String, Codable, Sendable, CaseIterable {
        case healthy, degraded
    }

    /// The verdict.
    package var status: Status
    /// Why it is degraded, one sentence each; empty if healthy.
    package var reasons: [String]

    /// Healthy if there is no reason why not.
    package init(reasons: [String]) {
        status = reasons.isEmpty ? .healthy : .degraded
        self.reasons = reasons
    }
}

extension HealthReport {
    package static let schema = MessageSchema(
        "HealthReport", "Healthy means consuming and making progress, not merely being connected.",
        [
            .init("status", .choice(Status.allCases.map(\.rawValue)), "The verdict."),
            .init("reasons", .list(.text), "Why it is degraded, one sentence each; empty if healthy."),
        ])
}
