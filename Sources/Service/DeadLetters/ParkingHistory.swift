internal import Broker
internal import Messages

/// What earlier parkings have left in the headers of a message that was replayed and fails again.
struct ParkingHistory {
    /// Parkings remembered at most; the oldest go first.
    static let longest = 10
    /// Bytes of one entry at most: any publisher may have written the headers.
    static let entryBytes = 120

    /// More replays than these are not counted: no administrator has made so many, so the header is forged.
    static let mostReplays: Int64 = 1_000_000_000

    /// How often it was replayed: less than ``mostReplays``.
    let replays: Int64
    /// One `<time> <reason>` for each earlier parking, the newest last, separated by commas; nil if there was none.
    let text: String?

    /// The history of a message with these headers.
    init(_ headers: [String: HeaderValue]) {
        replays = if case .integer(let count)? = headers["warren-replays"] { min(max(0, count), Self.mostReplays - 1) } else { 0 }
        guard case .string(let reason)? = headers["warren-reason"] else {
            text = nil
            return
        }
        var entries: [String] = []
        if case .string(let earlier)? = headers["warren-history"] {
            entries = earlier.split(separator: ",").suffix(Self.longest - 1).map { Self.entry($0.drop { $0 == " " }) }
        }
        let time = if case .string(let time)? = headers["warren-failed-at"] { time } else { "unknown" }
        entries.append(Self.entry("\(time) \(reason)"))
        text = entries.joined(separator: ", ")
    }

    /// Cut to its bound, between characters, and without what separates entries.
    private static func entry(_ text: some StringProtocol) -> String {
        var entry = ""
        for character in text where character != "," {
            guard entry.utf8.count + character.utf8.count <= entryBytes else { break }
            entry.append(character)
        }
        return entry
    }
}
