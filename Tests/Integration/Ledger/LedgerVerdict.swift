import ArangoEmulator

/// What became of each message: published = written + stale + parked, or something is wrong.
struct LedgerVerdict: Sendable {
    /// Their content is what is stored.
    private(set) var written = 0
    /// Something newer is stored.
    private(set) var stale = 0
    private(set) var parked = 0
    /// Neither stored, nor older than what is stored, nor parked: lost.
    private(set) var unaccounted: [LedgerMessage] = []
    /// What else is not as it must be.
    private(set) var complaints: [String] = []
    /// Dead letters beyond the first of a message: allowed, because deliveries may be repeated.
    private(set) var repeatedLetters = 0

    /// Compares a model with the stored documents by key, and the dead letters of all queues.
    init(
        _ model: LedgerModel, companies: [String: StoredDocument], profiles: [String: StoredDocument],
        edges: [String: StoredDocument] = [:], letters: [LedgerModel.Letter]
    ) {
        for (key, messages) in model.versioned { judge(versions: messages, stored: companies[key]) }
        complaints += EdgeJudgement(model, edges).complaints
        for (key, messages) in model.ordered { judge(ordered: messages, stored: profiles[key]) }
        complain("companies holds a document that nobody published", companies.keys.filter { model.versioned[$0] == nil })
        complain("profiles holds a document that nobody published", profiles.keys.filter { model.ordered[$0] == nil })
        judge(model.flawed, letters)
        let total = written + stale + parked + unaccounted.count
        if total != model.publishedCount { complaints.append("\(model.publishedCount) were published, the sum is \(total)") }
    }

    var isClean: Bool { unaccounted.isEmpty && complaints.isEmpty }

    private mutating func judge(versions messages: [LedgerMessage], stored document: StoredDocument?) {
        guard let document, let newest = messages.max(by: { $0.version < $1.version }) else { return unaccounted += messages }
        guard let version = document["version"].flatMap({ Int($0) }) else {
            complaints.append("\(newest.key) has no version")
            return unaccounted += messages
        }
        if version == newest.version, let problem = document.problem(newest, among: messages) { complaints.append("\(newest): \(problem)") }
        for message in messages {
            if message.version > version {
                unaccounted.append(message)
            } else if message.version == version {
                written += 1
            } else {
                stale += 1
            }
        }
    }

    private mutating func judge(ordered messages: [LedgerMessage], stored: StoredDocument?) {
        // A duplicate counts where it came last.
        var lastIndices: [Int: Int] = [:]
        for (index, message) in messages.enumerated() { lastIndices[message.number] = index }
        let storedIndex = messages.lastIndex { stored?.isContent(of: $0) ?? false }
        if let storedIndex, storedIndex < messages.count - 1, let last = messages.last {
            complaints.append("\(last) came last, but stored is \(messages[storedIndex])")
        }
        for (index, message) in messages.enumerated() where lastIndices[message.number] == index {
            if index > storedIndex ?? -1 {
                unaccounted.append(message)
            } else if index == storedIndex {
                written += 1
            } else {
                stale += 1
            }
        }
    }

    private mutating func judge(_ flawed: [LedgerMessage], _ letters: [LedgerModel.Letter]) {
        var counts: [LedgerModel.Letter: Int] = [:]
        for letter in letters { counts[letter, default: 0] += 1 }
        for message in flawed {
            guard let count = counts.removeValue(forKey: message.letter) else {
                unaccounted.append(message)
                continue
            }
            parked += 1
            repeatedLetters += count - 1
        }
        complain(
            "parked, but must not be, or not for this reason", counts.keys.map { "\($0.queue.rawValue) \($0.reason) \($0.body.prefix(80))" }
        )
    }

    private mutating func complain(_ what: String, _ cases: [String]) {
        complaints += cases.sorted().map { "\(what): \($0)" }
    }
}

extension LedgerMessage {
    /// What is parked if it must be.
    var letter: LedgerModel.Letter { LedgerModel.Letter(queue: queue, body: body, reason: flaw?.reason ?? "") }
}

extension StoredDocument {
    /// It has what this message says. Not by parsing the message's body: there are many.
    fileprivate func isContent(of message: LedgerMessage) -> Bool {
        self["n"] == "\(message.number)" && self["id"] == "\"\(message.key)\"" && self["text"] == "\"\(message.text)\""
    }

    /// What is wrong with it, given its newest message; nil if it is as it must be.
    fileprivate func problem(_ newest: LedgerMessage, among messages: [LedgerMessage]) -> String? {
        let isInvalidated = newest.queue == .invalidated
        guard self["invalidated"] == "\(isInvalidated)" else { return "invalidated must be \(isInvalidated)" }
        if isInvalidated && self["invalidated_at"]?.hasPrefix("\"") != true { return "invalidated_at is missing" }
        if newest.queue == .synced && self["invalidated_at"] != nil { return "a sync leaves nothing of what was before" }
        guard let number = self["n"].flatMap({ Int($0) }) else { return isInvalidated ? nil : "its content is missing" }
        // An invalidation keeps what content there was, from whichever older message that came in time.
        let source = isInvalidated ? messages.first { $0.number == number && $0.queue != .invalidated } : newest
        guard let source, source.number == number else { return "its content is of message \(number)" }
        return isContent(of: source) ? nil : "its content is mixed"
    }
}
