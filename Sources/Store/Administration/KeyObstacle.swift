/// Why a collection does not take the keys that Warren gives to documents, seen in its properties (ArangoDB.md section 7).
public enum KeyObstacle: Sendable, Equatable, CustomStringConvertible {
    /// `keyOptions.allowUserKeys = false`: every write is refused with 1222.
    case generated
    /// A cluster's collection that is sharded by something else than `_key`: every write is refused with 1466.
    case sharded(by: [String])
    /// Documents of a SmartGraph or with a smart join: keys have to begin with the value of an attribute and a colon, others are refused with 4003.
    case prefixed(by: String)
    /// Edges of a SmartGraph, whose keys have a form that Warren does not give them: they are refused with 4003.
    case smartEdges

    /// False: keys of the right form pass, and nobody knows which ones the messages have.
    public var isCertain: Bool { if case .prefixed = self { false } else { true } }

    /// What is wrong, and what to do, after "collection … ".
    public var description: String {
        switch self {
        case .generated:
            "takes no keys from outside (keyOptions.allowUserKeys = false), so that every write is refused with errorNum 1222: "
                + "create it again with allowUserKeys = true, or name another one"
        case .sharded(let attributes):
            "is sharded by \(attributes.joined(separator: ", ")), so that every write with a key is refused with errorNum 1466: "
                + "create it again with shardKeys = [\"_key\"], or name another one"
        case .prefixed(let attribute):
            "takes only keys that begin with the value of \(attribute) and a colon, and refuses others with errorNum 4003, which stops its "
                + "processors: make sure that the keys of all messages are like that"
        case .smartEdges:
            "holds the edges of a SmartGraph, whose keys ArangoDB makes itself, so that every write is refused with errorNum 4003: "
                + "name another edge collection"
        }
    }
}

extension CollectionAnswer {
    /// Nil: it takes any legal key.
    var keyObstacle: KeyObstacle? {
        if keyOptions?.allowUserKeys == false { return .generated }
        if isSmart == true, type == ProvisionPlan.Kind.edges.rawValue { return .smartEdges }
        if let attribute = smartGraphAttribute ?? smartJoinAttribute { return .prefixed(by: attribute) }
        // Only a cluster tells them.
        if let shardKeys, shardKeys != ["_key"] { return .sharded(by: shardKeys) }
        return nil
    }
}
