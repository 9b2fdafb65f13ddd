internal import Formats
public import Settings

/// A right that a user needs, and the request that grants it (ArangoDB.md section 9).
public struct Grant: Sendable, Hashable {
    /// The user who needs it; `nil` if a token does not tell whose it is.
    public let user: String?
    /// To which database.
    public let database: String
    /// The collection that it is for; `nil` if it is for the database itself.
    public let collection: String?
    /// How much of it.
    public let level: DatabaseExamination.Access

    /// A grant by its parts.
    public init(user: String?, database: String, collection: String? = nil, _ level: DatabaseExamination.Access) {
        self.user = user
        self.database = database
        self.collection = collection
        self.level = level
    }

    /// The request: `PUT /_api/user/warren/database/companies/people with {"grant":"rw"}`.
    public var request: String {
        let resource = [database.percentEncoded] + (collection.map { [$0.percentEncoded] } ?? [])
        let path = "/_api/user/\(user?.percentEncoded ?? "<user>")/database/\(resource.joined(separator: "/"))"
        return "PUT \(path) with {\"grant\":\"\(level.rawValue)\"}"
    }

    /// What it takes to write to a collection. A grant for a collection lets nobody into its database, so these are two.
    public static func writing(to collection: String, of database: String, user: String?) -> [Grant] {
        [Grant(user: user, database: database, .readOnly), Grant(user: user, database: database, collection: collection, .readWrite)]
    }
}

extension ArangoDBSettings {
    /// The user whose rights count; `nil` if a token does not tell whose it is.
    public var grantee: String? { bearer == nil ? username : nil }
}

extension Sequence<Grant> {
    /// For people: `as root: PUT … with {"grant":"ro"}, and PUT … with {"grant":"rw"}`.
    public var advice: String { "as root: " + map(\.request).joined(separator: ", and ") }
}
