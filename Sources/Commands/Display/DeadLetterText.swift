package import ControlMessages
package import FoundationEssentials

/// `warren dead` for people.
package enum DeadLetterText {
    /// Rows shown of single letters unless more are asked for.
    package static let rows = 20
    /// Digits shown of an id, unless that leaves two alike.
    static let idDigits = 12

    /// What lies in the queue: by reason, then the first letters.
    package static func lines(_ listing: DeadLetterListing, rows: Int = Self.rows, at now: Date = Date()) -> [String] {
        let queue = TerminalText.escaped(listing.queue)
        guard listing.ready > 0 else { return ["\(queue): no dead letters"] }
        let part = listing.seen < listing.ready ? ", the first \(HumanFormat.count(listing.seen)) of them were looked at (--limit)" : ""
        var lines = ["\(queue): \(HumanFormat.count(listing.ready)) dead letters\(part)", ""]
        var reasons = TextTable([("REASON", .left), ("COUNT", .right), ("OLDEST", .right), ("NEWEST", .right)])
        for group in listing.reasons {
            reasons.append([group.reason, HumanFormat.count(group.count), age(group.oldest, at: now), age(group.newest, at: now)])
        }
        lines += reasons.lines + [""]
        var letters = TextTable([
            ("ID", .left), ("REASON", .left), ("AGE", .right), ("REPLAYS", .right), ("MESSAGE", .left), ("ERROR", .left),
        ])
        let beginnings = listing.letters.reduce(into: [:]) { $0[$1.id.prefix(idDigits), default: 0] += 1 }
        for letter in listing.letters.prefix(rows) {
            let id = letter.id.prefix(idDigits)
            letters.append([
                beginnings[id] == 1 ? String(id) : letter.id, letter.reason, age(letter.failedAt, at: now), "\(letter.replays)",
                letter.messageId ?? HumanFormat.bytes(letter.bodyBytes), letter.error ?? "",
            ])
        }
        lines += letters.lines
        let hidden = listing.letters.count - rows
        if hidden > 0 { lines.append("and \(HumanFormat.count(hidden)) more: --all shows them, --json too") }
        return lines + warnings(listing.warnings)
    }

    /// One letter with its content.
    package static func lines(_ detail: DeadLetterDetail, at now: Date = Date()) -> [String] {
        let letter = detail.letter
        var table = TextTable([("", .left), ("", .left)])
        table.append(["dead letter", "\(letter.id) in \(detail.queue)"])
        table.append(["reason", letter.reason])
        if let error = letter.error { table.append(["error", error]) }
        if let time = letter.failedAt { table.append(["parked", "\(time), \(age(time, at: now)) ago"]) }
        if let attempts = letter.attempts { table.append(["attempts", "\(attempts)"]) }
        table.append(["replays", "\(letter.replays)"])
        for field in detail.properties { table.append([field.name, field.value]) }
        for field in detail.headers { table.append(["header \(field.name)", field.value]) }
        let note =
            switch detail.bodyEncoding {
            case .redacted: ", not shown"
            case .base64: ", in Base64"
            case .text: ""
            }
        table.append(["body", HumanFormat.bytes(letter.bodyBytes) + note + (detail.isBodyCut ? ", only its beginning" : "")])
        let body = TerminalText.escapedLines(detail.body).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return table.lines + (detail.body.isEmpty ? [] : [""] + body)
    }

    /// What a replay or a drop did.
    package static func lines(_ report: DeadLetterReport) -> [String] {
        let queue = TerminalText.escaped(report.queue)
        let looked = "looked at \(HumanFormat.count(report.seen)) dead letters of \(queue), \(HumanFormat.count(report.matched)) are meant"
        let done =
            switch (report.dryRun, report.destination) {
            case (true, let destination?): "would be published to \(TerminalText.escaped(destination)); nothing was changed (--dry-run)"
            case (true, nil): "would be dropped; nothing was changed (--dry-run)"
            case (false, let destination?):
                "\(HumanFormat.count(report.done)) published to \(TerminalText.escaped(destination)), and taken out here"
            case (false, nil): "\(HumanFormat.count(report.done)) dropped"
            }
        let doubt = report.inDoubt > 0 ? ["\(HumanFormat.count(report.inDoubt)) are in doubt: they may still be in \(queue)"] : []
        let end = report.failure.map { ["ended early: \(TerminalText.escaped($0)); the rest stays in the queue"] } ?? []
        return [looked, done] + doubt + end + warnings(report.warnings)
    }

    private static func warnings(_ warnings: [String]) -> [String] {
        warnings.isEmpty ? [] : [""] + warnings.map { "! \(TerminalText.escaped($0))" }
    }

    /// How long ago an RFC 3339 time was; a dash for any other text.
    private static func age(_ time: String?, at now: Date) -> String {
        guard let time = time.flatMap({ Timestamp($0) }) else { return "-" }
        return HumanFormat.time(time.age(at: Timestamp(now)))
    }
}
