/// TTL indexes: a document ends when the time in the index's attribute plus `expireAfter` has passed [D].
extension StoredCollection {
    /// Removes what has ended; how many that were.
    mutating func removeExpired(now: UInt64) -> Int {
        guard let index = indexes.first(where: { $0.definition["type"] == "ttl" }), let path = index.paths.first,
            let expireAfter = index.definition["expireAfter"]?.int
        else { return 0 }
        let expired = documents.values.filter { document in
            guard let start = Self.seconds(document.value(at: path)) else { return false }
            return start + Double(expireAfter) <= Double(now) / 1000
        }
        // Removing violates no unique index.
        for document in expired { try? put(nil, replacing: document) }
        return expired.count
    }

    /// A number is seconds since 1970, a text a date of ISO 8601 (UTC where it names no offset); anything else never ends.
    static func seconds(_ value: JSONValue?) -> Double? {
        switch value {
        case .number(let text)?: Double(text)
        case .string(let text)?: seconds(date: text)
        default: nil
        }
    }

    private static func seconds(date text: String) -> Double? {
        let pattern = /(-?\d{4,})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?(?:Z|([+-])(\d{1,2}):?(\d{2}))?)?/
        guard let match = text.wholeMatch(of: pattern)?.output, let year = Int(match.1), let month = Int(match.2), let day = Int(match.3),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        // Days since 1970 in the Gregorian calendar; the year begins in March, so that a leap day is its last.
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        let hours = match.4.flatMap { Double($0) } ?? 0, minutes = match.5.flatMap { Double($0) } ?? 0
        let seconds = match.6.flatMap { Double($0) } ?? 0
        let offset = (match.8.flatMap { Double($0) } ?? 0) * 3600 + (match.9.flatMap { Double($0) } ?? 0) * 60
        return Double(days) * 86_400 + hours * 3600 + minutes * 60 + seconds - (match.7 == "-" ? -offset : offset)
    }
}

extension ServerState {
    /// Removes documents whose time has come, if the last look is long enough ago.
    mutating func expireDocuments() {
        guard clock.now >= nextExpiry else { return }
        nextExpiry = clock.now + UInt64(clamping: configuration.expiryInterval.milliseconds)
        for database in databases.values.indices {
            for collection in databases.values[database].collections.values.indices {
                log.counters.documentsExpired += databases.values[database].collections.values[collection].removeExpired(now: clock.now)
            }
        }
    }
}
