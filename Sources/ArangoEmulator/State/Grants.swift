/// What a user may do with a database, or a collection in it.
enum AccessLevel: String, Sendable, Comparable {
    case none, ro, rw

    private var rank: Int { self == .none ? 0 : self == .ro ? 1 : 2 }
    static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}

/// What one user besides `root` may do. As `arangod/Auth/User.cpp` has it (ArangoDB.md section 9), without its wildcards.
struct Grants: Sendable {
    private var databases: [String: AccessLevel] = [:]
    private var collections: [String: AccessLevel] = [:]

    /// Gives a level for a collection, or for the whole database.
    mutating func grant(_ level: AccessLevel, database: String, collection: String?) {
        if let collection { collections["\(database)/\(collection)"] = level } else { databases[database] = level }
    }

    /// The level for a database, or that for a collection: its own one if it has one, otherwise the database's.
    func level(database: String, collection: String? = nil) -> AccessLevel {
        collection.flatMap { collections["\(database)/\($0)"] } ?? databases[database] ?? .none
    }
}
