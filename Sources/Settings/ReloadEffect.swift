/// What brings another value of a key into force while the service runs. Each key says it, in the lists of keys.
public enum ReloadEffect: Sendable, Hashable, CaseIterable {
    /// It holds from the next message on, or the next time that the value is used. Nobody is interrupted.
    case live
    /// The processor finishes what it holds and starts again. Of a section's key: every processor does.
    case processor
    /// Of a section's key that processors may override: those that take its value from there finish what they hold and start again.
    case inheritingProcessors
    /// RabbitMQ is reached in another way: everything drains, and all connections are replaced.
    case brokerConnection
    /// ArangoDB is reached in another way: everything drains, and all connections are replaced.
    case databaseConnection
    /// A restart of the service.
    case restart

    /// What the key with this path, such as `rabbitmq.tls.ca`, says; `nil` for a path that is no key outside of processors.
    public static func ofKey(_ path: String) -> ReloadEffect? {
        var keys = SettingsDraft.keys.map(\.outline)
        var effect: ReloadEffect?
        for name in path.split(separator: ".") {
            guard let key = keys.first(where: { $0.name == name }) else { return nil }
            effect = key.reload
            if case .table(let members) = key.form { keys = members } else { keys = [] }
        }
        return effect
    }
}

/// What a processor's key needs to find in the database. A reload looks there before it takes another value of such a key.
public struct DatabaseNeeds: OptionSet, Sendable, Hashable {
    /// One bit for each need.
    public let rawValue: UInt8

    /// Needs by their bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The collection of the processor's documents.
    public static let collection = DatabaseNeeds(rawValue: 1)
    /// The collections of its edges.
    public static let edgeCollections = DatabaseNeeds(rawValue: 2)
    /// A TTL index on the collection.
    public static let expiryIndex = DatabaseNeeds(rawValue: 4)
    /// A server that honours versions.
    public static let versions = DatabaseNeeds(rawValue: 8)
    /// The collection of resynchronisation runs.
    public static let resyncRuns = DatabaseNeeds(rawValue: 16)
}

/// A key with another value than before, and what follows from that.
public struct ChangedKey: Sendable, Equatable {
    /// Its path, such as `arangodb.timeout`; of a processor's key, its name.
    public let path: String
    /// What brings the value into force.
    public let reload: ReloadEffect
    /// What the value needs to find in the database.
    public let needs: DatabaseNeeds

    /// A key by what it says of itself.
    init(_ path: String, _ reload: ReloadEffect, _ needs: DatabaseNeeds = []) {
        self.path = path
        self.reload = reload
        self.needs = needs
    }
}
