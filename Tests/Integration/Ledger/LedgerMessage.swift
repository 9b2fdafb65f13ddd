/// A message of the ledger test. Its body follows from these few values, so that a hundred thousand of them cost little memory.
struct LedgerMessage: Sendable, Equatable {
    /// What is wrong with a message, and what it must therefore be parked for.
    enum Flaw: String, Sendable, CaseIterable {
        case notJSON, notAnObject, noKey, illegalKey, noVersion, textVersion, duplicateName
        /// The database refuses the document, or fails it for ever.
        case refused, failing

        var reason: String {
            switch self {
            case .notJSON: "not-json"
            case .notAnObject: "not-an-object"
            case .noKey, .illegalKey: "bad-key"
            case .noVersion, .textVersion: "bad-version"
            case .duplicateName: "duplicate-name"
            case .refused: "refused-by-database"
            case .failing: "retry-exhausted"
            }
        }

        /// Whether it is one in this queue.
        func exists(in queue: LedgerQueue) -> Bool {
            switch self {
            case .noVersion, .textVersion: queue.hasVersion
            // An invalidation stores nothing of its message: what is no object has no key either.
            case .notAnObject: queue != .invalidated
            case .notJSON, .noKey, .illegalKey, .duplicateName, .refused, .failing: true
            }
        }
    }

    /// Documents that the database refuses or fails, whatever is written into them.
    static func keys(of flaw: Flaw) -> [String] { (0..<4).map { "\(flaw.rawValue)-\($0)" } }

    /// Its number in the script: no other message has it, except a duplicate of this one.
    let number: Int
    let queue: LedgerQueue
    let key: String
    /// Above 0, no two messages of a key have the same; 0 in a queue without versions.
    let version: Int
    var flaw: Flaw?

    var body: String {
        switch flaw {
        case nil, .refused, .failing: "{\(members)}"
        case .notJSON: "{\(members)"
        case .notAnObject: "[{\(members)}]"
        case .noKey: #"{"version":1,"n":\#(number)}"#
        case .illegalKey: #"{"id":"a/\#(number)","version":1}"#
        case .noVersion: #"{"id":"\#(key)","n":\#(number)}"#
        case .textVersion: #"{"id":"\#(key)","version":"new","n":\#(number)}"#
        case .duplicateName: #"{\#(members),"\u006e":0}"#
        }
    }

    /// The attributes that a document has because of this message.
    var members: String {
        let versionMember = queue.hasVersion ? #""version":\#(version),"# : ""
        let list = relations.map(\.json).joined(separator: ",")
        let relationsMember = relations.isEmpty ? "" : #""relations":[\#(list)],"#
        return
            #""id":"\#(key)",\#(versionMember)"n":\#(number),\#(relationsMember)"text":"\#(text)""#
    }

    /// One of its attributes, as long as its number says.
    var text: String { String(repeating: "x", count: number &* 7919 % 900) }
}

extension LedgerMessage: CustomStringConvertible {
    var description: String {
        "message \(number) of \(queue.rawValue): \(key)\(version > 0 ? " version \(version)" : "")\(flaw.map { ", flawed: \($0)" } ?? "")"
    }
}
