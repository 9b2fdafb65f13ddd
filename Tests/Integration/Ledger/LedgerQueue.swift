/// The queues of the ledger test: classic and quorum, with versions and without.
enum LedgerQueue: String, CaseIterable, Sendable {
    case updated, invalidated, synced
    /// Without versions, in a collection of its own: the last message of a document wins.
    case profiled

    static let companies = "companies", profiles = "profiles"

    var name: String { "ledger.\(rawValue)" }
    var deadLetterName: String { name + ".dead" }
    var isQuorum: Bool { self == .synced || self == .profiled }
    var hasVersion: Bool { self != .profiled }
    var collection: String { hasVersion ? Self.companies : Self.profiles }

    /// Its `[[processor]]`.
    var processor: String {
        let operation =
            switch self {
            case .updated, .profiled: "update"
            case .invalidated: "invalidate"
            case .synced: "sync"
            }
        return """
            [[processor]]
            name = "\(rawValue)"
            queue = "\(name)"
            operation = "\(operation)"
            collection = "\(collection)"
            key = "/id"
            \(hasVersion ? "version = \"/version\"" : "")

            """
    }
}
