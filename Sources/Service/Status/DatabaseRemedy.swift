internal import Messages

/// What somebody can do about a fault of the database as a whole. The log and the status say the same.
enum DatabaseRemedy {
    /// A sentence without its full stop; `nil` if nothing is known to help but time.
    static func text(for fault: Fault) -> String? {
        switch (fault.errorNum, fault.status) {
        // ArangoDB says the same of a wrong password, of a database that this user may not use, and of one that is not there.
        case (11?, 401?):
            "Check [arangodb] username, and its password or token; if they are right, the user may not use the database, or there is none: "
                + "`warren check --live` tells which"
        case (11?, _), (_, 403?):
            "Give the user of [arangodb] username rw on the database and on its collections; `warren check --live` tells which right is missing"
        case (_, 401?), (401?, _): "Check [arangodb] username, and its password or token"
        case (1228?, _): "Create the database with `warren provision`, or check [arangodb] database"
        case (nil, nil) where fault.message.hasPrefix("no connection to "):
            "Check [arangodb] endpoints, and that ArangoDB runs and its port is open"
        case (nil, _?): "Check that [arangodb] endpoints lead to ArangoDB"
        default: nil
        }
    }

    /// The fault and what to do about it.
    static func explained(_ fault: Fault) -> String { text(for: fault).map { "\(fault). \($0)" } ?? "\(fault)" }
}
