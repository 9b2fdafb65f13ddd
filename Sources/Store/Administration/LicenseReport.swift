public import Messages
internal import Settings

/// What a server reports about its licence: whether it will continue to accept writes (ArangoDB.md section 10).
///
/// The Community Edition (from 3.12.5 on) has a limit on the size of its data: above it there are two days of grace, then two days without writes,
/// then it shuts down. A licence of the Enterprise Edition ends with a time without writes.
public struct LicenseReport: Sendable, Equatable, CustomStringConvertible {
    /// What the server calls it.
    public enum State: String, Sendable, CaseIterable {
        /// Nothing is in the way.
        case good
        /// It ends soon.
        case expiring
        /// It has ended, and writes are still taken.
        case expired
        /// The data are larger than the licence allows, and writes are still taken.
        case limitReached = "limit-reached"
        /// No writes are taken.
        case readOnly = "read-only"
        /// The server is about to shut down.
        case shutdown
        /// A word that this program does not know.
        case other
    }

    /// What the server calls it.
    public let state: State
    /// Size of the data, as the server counts it; `nil` if it does not report it.
    public var bytesUsed: Int?
    /// Size that the licence allows; `nil` if it is not reported, or there is no limit.
    public var bytesLimit: Int?
    /// Time until writes are refused; `nil` if the server does not report it, or that is years away.
    public var secondsUntilReadOnly: Int?
    /// Until it shuts down; the same.
    public var secondsUntilShutDown: Int?
    /// End of an Enterprise licence, in seconds since 1970; `nil` if the server does not report it.
    public var expires: Int?

    /// A report by its state.
    public init(_ state: State) { self.state = state }

    /// The part of the limit that is used; `nil` without a limit.
    public var usedPart: Double? {
        guard let bytesUsed, let bytesLimit, bytesLimit > 0 else { return nil }
        return Double(bytesUsed) / Double(bytesLimit)
    }

    /// `limit-reached: 101.2 of 100.0 GiB used, takes no more writes in 47 h, shuts down in 95 h`.
    public var description: String {
        var facts: [String] = []
        if let bytesUsed, let bytesLimit { facts.append("\(Self.gibibytes(bytesUsed)) of \(Self.gibibytes(bytesLimit)) GiB used") }
        if state != .good, state != .readOnly, state != .shutdown, let seconds = secondsUntilReadOnly {
            facts.append("takes no more writes in \(seconds / 3600) h")
        }
        if state != .good, let seconds = secondsUntilShutDown { facts.append("shuts down in \(seconds / 3600) h") }
        return "\(state.rawValue)" + (facts.isEmpty ? "" : ": " + facts.joined(separator: ", "))
    }

    private static func gibibytes(_ bytes: Int) -> String {
        let tenths = bytes / ((1 << 30) / 10)
        return "\(tenths / 10).\(tenths % 10)"
    }
}

extension DocumentStore {
    /// Asks for the licence. `nil` if the server has none that limits anything, as the Community Edition before 3.12.5.
    ///
    /// Asked in our own database, which an ordinary user may use; with `--server.harden` only administrators get an answer (403 for others).
    public func license() async -> Result<LicenseReport?, RequestFailure> {
        await call(Request(.get, database: settings.database, "/_admin/license"), as: LicenseAnswer.self).map(\.report)
    }
}

/// The body of `GET /_admin/license`, as the manual shows it. Numbers that make no sense are left out.
struct LicenseAnswer: Decodable {
    private struct Usage: Decodable {
        let status: String?
        let bytesUsed: Double?
        let bytesLimit: Double?
        let secondsUntilReadOnly: Double?
        let secondsUntilShutDown: Double?
    }
    private struct Features: Decodable { let expires: Double? }

    private let status: String?
    private let diskUsage: Usage?
    private let features: Features?

    /// `nil` if it reports neither a status nor a disk usage.
    var report: LicenseReport? {
        guard let word = worse(status, diskUsage?.status) else { return nil }
        var report = LicenseReport(LicenseReport.State(rawValue: word) ?? .other)
        report.bytesUsed = whole(diskUsage?.bytesUsed)
        report.bytesLimit = whole(diskUsage?.bytesLimit)
        report.secondsUntilReadOnly = whole(diskUsage?.secondsUntilReadOnly).flatMap { $0 < Self.never ? $0 : nil }
        report.secondsUntilShutDown = whole(diskUsage?.secondsUntilShutDown).flatMap { $0 < Self.never ? $0 : nil }
        report.expires = whole(features?.expires)
        return report
    }

    /// If no limit is in sight, the server reports ten years.
    private static let never = 365 * 86_400

    private func worse(_ license: String?, _ usage: String?) -> String? { license == nil || license == "good" ? usage ?? license : license }

    private func whole(_ number: Double?) -> Int? { number.flatMap { (0..<9e15).contains($0) ? Int($0) : nil } }
}
