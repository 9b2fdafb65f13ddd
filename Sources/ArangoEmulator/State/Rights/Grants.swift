/// What a user may do with a database, or a collection in it.
enum AccessLevel: String, Sendable, Comparable {
    case none, ro, rw

    private var rank: Int { self == .none ? 0 : self == .ro ? 1 : 2 }
    static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}

/// What one user may do, with the wildcards and fallbacks of `arangod/Auth/User.cpp` (ArangoDB.md section 9 [S]).
struct Grants: Sendable, Equatable {
    private struct DatabaseGrant: Sendable, Equatable {
        /// `nil` if there are only grants for collections.
        var level: AccessLevel?
        var collections: [String: AccessLevel] = [:]
    }

    private static let system = "_system", everything = "*"

    private var databases: [String: DatabaseGrant] = [:]

    /// Gives a level for a collection (`*` for all), or for the whole database (`*` for all).
    mutating func grant(_ level: AccessLevel, database: String, collection: String?) {
        if let collection {
            databases[database, default: DatabaseGrant()].collections[collection] = level
        } else {
            databases[database, default: DatabaseGrant()].level = level
        }
    }

    /// Takes a grant back. With a database's own grant go those of its collections.
    mutating func revoke(database: String, collection: String?) {
        if let collection { databases[database]?.collections[collection] = nil } else { databases[database] = nil }
    }

    /// What was granted, without any fallback.
    func granted(database: String, collection: String? = nil) -> AccessLevel? {
        guard let collection else { return databases[database]?.level }
        return databases[database]?.collections[collection]
    }

    /// The level for a database: its own, or the better of those for all databases and for `_system`. Grants of collections do not count: who
    /// has nothing else may not enter (`CommTask::canAccessPath` [S]).
    func level(database: String) -> AccessLevel {
        if let level = databases[database]?.level { return level }
        guard database != Self.everything else { return .none }
        return max(databases[Self.everything]?.level ?? .none, databases[Self.system]?.level ?? .none)
    }

    /// The level for a collection: its own grant, or the best of those for its database, for all collections and for `_system`.
    func level(database: String, collection: String) -> AccessLevel {
        switch collection {
        case "": return .none
        case "_users" where database == Self.system: return .none
        case "_queues": return .ro
        case "_frontend": return .rw
        case _ where collection.hasPrefix("_"): return level(database: database)
        default: break
        }
        if let level = databases[database]?.collections[collection] { return level }
        let everywhere = databases[Self.everything]
        let levels = [
            databases[database]?.level, databases[database]?.collections[Self.everything], databases[Self.system]?.level,
            everywhere?.level, everywhere?.collections[Self.everything],
        ]
        return levels.compactMap(\.self).max() ?? .none
    }
}
