import FoundationEssentials
import Testing

@testable import Commands
@testable import ControlMessages

@Suite("What people read") struct DisplayTests {
    private let now = Timestamp(Date(timeIntervalSince1970: 1_000_000))
    private func ago(_ seconds: Double) -> Timestamp { Timestamp(Date(timeIntervalSince1970: 1_000_000 - seconds)) }

    private var report: StatusReport {
        var busy = ProcessorStatus(
            name: "company-updated", queue: "company.updated", operation: "update", collection: "companies", state: .consuming,
            since: ago(60), ready: 123_456, rate: 1234.6, held: 1000, oldestSeconds: 0.42, lastStored: ago(0))
        busy.totals.written = 1_204_000
        var broken = ProcessorStatus(
            name: "company-sync", queue: "company.sync", operation: "sync", collection: "companies", state: .failed, since: ago(3),
            reason: "404 no queue 'company.sync'")
        broken.totals.parked = 7
        let service = ServiceStatus(
            version: "1.2.3", pid: 4711, state: .running, since: ago(7200),
            health: HealthReport(reasons: ["company-sync cannot consume company.sync"]), logLevel: "info", held: 1000, heldBytes: 600_000,
            holdBytes: 64 << 20, requestsInFlight: 3, requestsAllowed: 4, documentsPerRequest: 250)
        return StatusReport(
            service: service, processors: [busy, broken],
            servers: [
                ServerStatus(kind: "rabbitmq", endpoint: "rabbit-1:5672", version: "3.10.8", state: .up, since: ago(60)),
                ServerStatus(
                    kind: "arangodb", endpoint: "http://arango-1:8529", version: "3.12.10", state: .up, since: ago(60),
                    replyMilliseconds: 2.34, queueMilliseconds: 0),
            ])
    }

    @Test("Status is a table, with what is wrong below") func status() {
        #expect(
            StatusText.lines(report, at: now) == [
                "warren 1.2.3: degraded, up 2 h, pid 4711, holding 1,000 messages (585.9 KiB of 64 MiB)",
                "rabbitmq 3.10.8   rabbit-1:5672         up for 60 s",
                "arangodb 3.12.10  http://arango-1:8529  up for 60 s  answers in 2.3 ms",
                "",
                "PROCESSOR        STATE        READY   HELD  OLDEST  RATE/S    STORED    WRITTEN  STALE  PARKED  RETRIED",
                "company-updated  consuming  123,456  1,000   0.4 s   1,235  0 ms ago  1,204,000      0       0        0",
                "company-sync     failed           -      0       -       0     never          0      0       7        0",
                "",
                "! company-sync cannot consume company.sync",
            ])
    }

    @Test("Status names processors that are switched off") func disabled() {
        var report = report
        report.disabled = ["company-old", "company-test"]
        #expect(StatusText.lines(report, at: now).contains("switched off (enabled = false): company-old, company-test"))
        #expect(
            ControlError.unknownProcessor("a", known: ["b"], disabled: ["a"]).message
                == "processor \"a\" is switched off: take enabled = false out of its configuration, and reload Warren")
    }

    @Test("Below the table stands who paused what, for how long and why; alone a processor says the same") func pauses() {
        var report = report
        report.service.health = HealthReport(reasons: [])
        report.processors[1].state = .paused
        report.processors[1].pause = PauseReport(since: ago(7200), uid: 1000, user: "anna", reason: "schema change")
        #expect(StatusText.lines(report, at: now).suffix(2) == ["", "company-sync is paused, for 2 h by anna: schema change"])
        #expect(
            StatusText.lines(report.processors[1], at: now).contains {
                $0.hasPrefix("paused ") && $0.hasSuffix(" for 2 h by anna: schema change")
            })
        report.processors[1].pause = PauseReport(since: ago(7200), uid: 1000, survivesRestart: false)
        #expect(StatusText.lines(report, at: now).last == "company-sync is paused, for 2 h by uid 1000 (until the service restarts)")
        var change = ProcessorChange(name: "sync", state: .paused, changed: true, held: 0, pause: PauseReport(since: now, user: "anna"))
        #expect(PauseText.line(change, done: "paused") == "paused")
        change.changed = false
        #expect(PauseText.line(change, done: "paused") == "already paused by anna")
        change.pause?.survivesRestart = false
        #expect(PauseText.line(change, done: "paused").hasPrefix("already paused by anna, until the service restarts: "))
    }

    @Test("A licence that is in order shows how much of it is used; any other its state, and what comes when") func license() {
        func shown(_ state: String, _ change: (inout ServerStatus.License) -> Void = { _ in }) -> String? {
            var report = report
            var license = ServerStatus.License(state: state)
            change(&license)
            report.servers[1].license = license
            return StatusText.lines(report, at: now)[2].split(separator: "answers in 2.3 ms").last.map { $0.trimmingPrefix(", ") }.map(
                String.init)
        }
        #expect(shown("good") { ($0.bytesUsed, $0.bytesLimit) = (1 << 30, 100 << 30) } == "1.0 GiB of 100 GiB that its licence allows")
        #expect(
            shown("limit-reached") { ($0.secondsUntilReadOnly, $0.secondsUntilShutDown) = (7200, 180_000) }
                == "licence limit-reached, takes no writes in 2 h, shuts down in 2 d")
        #expect(StatusText.lines(report, at: now)[2].hasSuffix("answers in 2.3 ms"))
    }

    @Test("The live screen at 80×24 shows the same, with a row selected and the keys at the bottom") func top() {
        var state = TopState()
        state.add(report)
        state.add(report)
        let screen = TopScreen(state, width: 80, height: 24, at: now)
        #expect(
            screen.text.map { String($0.reversed().drop { $0 == " " }.reversed()) } == [
                "warren 1.2.3  degraded  up 2 h  1,235 messages/s  log info  pid 4711",
                "holding 1,000 messages, 585.9 KiB of 64 MiB; 250 documents a request, 3 of 4 req",
                "rabbitmq 3.10.8   rabbit-1:5672         up",
                "arangodb 3.12.10  http://arango-1:8529  up         answers in 2.3 ms",
                "",
                "PROCESSOR       STATE       RATE/S  READY   HELD PARKED  RETRY LAG",
                "company-sync    failed           0      -      0      7      0 -",
                "company-updated consuming    1,235   123k  1,000      0      0 0.4 s          ██",
                "! company-sync cannot consume company.sync",
                "",
                "p pause  r resume  s sort by name  ↑↓ select  q quit  1 of 2",
            ])
        #expect(screen.lines[6].map(\.style) == [.selected])
        #expect(screen.lines.allSatisfy { line in line.reduce(0) { $0 + $1.text.count } <= 80 })
    }

    @Test("Every size is kept to, and the selected row stays in sight", arguments: [(1, 1), (10, 5), (40, 9), (79, 23), (200, 60)])
    func sizes(width: Int, height: Int) {
        var state = TopState()
        var many = report
        many.processors = (0..<50).map { number in
            var processor = report.processors[0]
            processor.name = "processor-\(number < 10 ? "0" : "")\(number)"
            return processor
        }
        state.add(many)
        for _ in 0..<40 { _ = state.press(.down) }
        let screen = TopScreen(state, width: width, height: height, at: now)
        #expect(screen.lines.count <= height)
        #expect(screen.lines.allSatisfy { line in line.reduce(0) { $0 + $1.text.count } <= width })
        if height > 12 {
            #expect(screen.lines.contains { $0.contains { $0.style == .selected && $0.text.hasPrefix("processor-40".prefix(width)) } })
        }
    }

    /// Forty processors with long names, one of them with a fault that does not fit on a line.
    private var forty: StatusReport {
        var many = report
        many.processors = (1...40).map { number in
            var processor = report.processors[0]
            processor.name = "companies-house-officers-\(number < 10 ? "0" : "")\(number)"
            return processor
        }
        many.service.health = HealthReport(reasons: [
            "ArangoDB: not authorized (HTTP 401). Check [arangodb] username, and its password or token", "second", "third",
        ])
        return many
    }

    @Test("Sixty columns show whole names, states, rates and backlogs of forty processors, and every word of a fault") func narrow() {
        var state = TopState()
        state.add(forty)
        let screen = TopScreen(state, width: 60, height: 24, at: now)
        let text = screen.text
        #expect(text.contains { $0.hasPrefix("PROCESSOR                   STATE       RATE/S  READY LAG") })
        #expect(text.contains { $0.hasPrefix("companies-house-officers-01 consuming    1,235   123k 0.4 s") })
        #expect(
            text.joined(separator: "\n").contains(
                "! ArangoDB: not authorized (HTTP 401). Check [arangodb]\n  username, and its password or token"))
        #expect(text.last?.hasSuffix("  1 of 40") == true)
        #expect(text.count <= 24 && text.allSatisfy { $0.count <= 60 })
        for key in [TopKey.pageDown, .pageDown, .end, .pageUp, .home] {
            _ = state.press(key)
            let selected = state.selected ?? ""
            #expect(TopScreen(state, width: 60, height: 24, at: now).text.contains { $0.hasPrefix(selected) }, "\(selected)")
        }
        #expect(state.selected == "companies-house-officers-01")
    }

    @Test("A wide screen shows names however long they are, and what does not fit anywhere ends with an ellipsis") func longNames() {
        var state = TopState()
        var long = report
        long.processors[0].name = String(repeating: "n", count: 90)
        state.add(long)
        #expect(TopScreen(state, width: 200, height: 24, at: now).text.contains { $0.hasPrefix(String(repeating: "n", count: 90) + " ") })
        #expect(TopScreen(state, width: 80, height: 24, at: now).text.contains { $0.hasPrefix("nnn") && $0.contains("n… consuming") })
    }

    @Test("NO_COLOR takes the colours away and leaves the selected row reversed; empty it means nothing") func colours() {
        var state = TopState()
        state.add(report)
        let screen = TopScreen(state, width: 80, height: 24, at: now)
        let codes = { (isColoured: Bool) in
            Set(TerminalText.draw(screen, isColoured: isColoured).matches(of: /\u{1B}\[([0-9;]+)m/).map { String($0.output.1) })
        }
        #expect(codes(true).isSuperset(of: ["32", "1;31", "7"]))
        #expect(codes(false) == ["0", "1", "2", "7"])
        #expect(TerminalText.wantsColours([:]) && TerminalText.wantsColours(["NO_COLOR": ""]))
        #expect(!TerminalText.wantsColours(["NO_COLOR": "0"]))
    }

    @Test("Keys select, sort, pause, resume and quit") func keys() {
        var state = TopState()
        state.add(report)
        #expect(state.selected == "company-sync")
        #expect(state.press(.character("s")) == .redraw)
        #expect(state.order == .rate)
        #expect(state.rows.map(\.name) == ["company-updated", "company-sync"])
        #expect(state.press(.up) == .redraw)
        #expect(state.press(.character("p")) == .redraw)
        #expect(state.question == "company-updated")
        #expect(state.press(.character("p")) == .redraw, "only y says yes")
        #expect(state.question == nil && state.message == "company-updated was not paused")
        #expect(state.press(.character("p")) == .redraw)
        #expect(TopScreen(state, width: 60, height: 24, at: now).text.contains { $0.hasPrefix("Pause company-updated? y yes") })
        #expect(state.press(.character("y")) == .pause("company-updated"))
        #expect(state.question == nil)
        #expect(state.press(.character("y")) == .redraw, "without a question it means nothing")
        #expect(state.press(.down) == .redraw)
        #expect(state.press(.character("r")) == .resume("company-sync"))
        #expect(state.press(.character("x")) == .redraw)
        #expect(state.press(.character("q")) == .quit)
    }

    @Test(
        "What a terminal sends is taken apart into keys",
        arguments: [
            ("\u{1B}[A\u{1B}[Bq", [.up, .down, .character("q")]), ("\u{1B}OAjk", [.up, .down, .up]), ("\u{3}", [.character("q")]),
            ("\u{1B}", []), ("\u{1B}[", []), ("\u{1B}[5~p\u{1B}[6~", [.pageUp, .character("p"), .pageDown]),
            ("\u{1B}[H\u{1B}OF\u{1B}[1~\u{1B}[4~", [.home, .end, .home, .end]),
            ("\u{1B}[1;5A\u{1B}[99~x", [.up, .character("x")]), ("é", []),
        ] as [(String, [TopKey])])
    func keyBytes(text: String, keys: [TopKey]) {
        #expect(TopKey.keys(in: text.utf8) == keys)
    }

    @Test("A service that does not answer is told on the screen, above what was known") func failure() {
        var state = TopState()
        state.add(report)
        state.failure = "gone"
        let screen = TopScreen(state, width: 80, height: 24, at: now)
        #expect(screen.text[0].hasPrefix("warren 1.2.3  not answering"))
        #expect(screen.text.contains("! gone"))
    }

    @Test("A terminal is never told by a name what to do") func controlCharacters() {
        var hostile = report
        hostile.processors[0].name = "a\u{1B}[2Jb"
        hostile.service.health.reasons = ["c\u{7}d\u{1B}]0;e"]
        var state = TopState()
        state.add(hostile)
        let drawn = TopScreen(state, width: 80, height: 24, at: now).text.joined() + StatusText.lines(hostile, at: now).joined()
        #expect(!drawn.unicodeScalars.contains { $0.properties.generalCategory == .control })
    }

    /// A bell, an escape, DEL, a C1 control, a right-to-left override, an isolate, a zero-width joiner, a byte order mark, a tag, both separators.
    private static let hostile = "x\u{7}\u{1B}[2J\u{7F}\u{9B}\u{202E}\u{2066}\u{200D}\u{FEFF}\u{E0001}\u{2028}\u{2029}\r\n\ty"

    /// Whether nothing in it is an order to a terminal.
    private func isReadable(_ lines: [String]) -> Bool {
        lines.allSatisfy { line in
            line.unicodeScalars.allSatisfy {
                ![.control, .format, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
            }
        }
    }

    @Test("No text of any command shows a control, format or separator character of foreign text") func foreignText() throws {
        let hostile = Self.hostile
        var status = report
        (status.service.version, status.service.logLevel) = (hostile, hostile)
        status.service.health.reasons = [hostile]
        status.processors[0].name = hostile
        status.processors[0].reason = hostile
        status.processors[1].pause = PauseReport(since: now, user: hostile, reason: hostile)
        status.servers = [ServerStatus(kind: "arangodb", endpoint: hostile, version: hostile, state: .up, since: nil, reason: hostile)]
        #expect(isReadable(StatusText.lines(status, at: now)))
        for processor in status.processors { #expect(isReadable(StatusText.lines(processor, at: now))) }
        var state = TopState()
        state.add(status)
        state.message = hostile
        #expect(isReadable(TopScreen(state, width: 200, height: 40, at: now).text))
        state.failure = hostile
        #expect(isReadable(TopScreen(state, width: 200, height: 40, at: now).text))
        let history = HistoryReport(
            collection: hostile, key: hostile,
            decisions: [
                .init(
                    at: now, processor: hostile, outcome: hostile, detail: hostile, version: nil, exchange: hostile, routingKey: hostile,
                    messageId: hostile, latencyMilliseconds: 1)
            ], remembered: 1)
        #expect(isReadable(ObservationText.lines(history, at: now)))
        #expect(isReadable(ObservationText.lines(HistoryReport(collection: hostile, key: hostile, decisions: [], remembered: 0), at: now)))
        let letter = DeadLetterSummary(
            id: hostile, reason: hostile, error: hostile, failedAt: hostile, attempts: 1, replays: 0, exchange: hostile,
            routingKey: hostile, messageId: hostile, bodyBytes: 1)
        let detail = DeadLetterDetail(
            queue: hostile, letter: letter, properties: [], headers: [], bodyEncoding: .text, body: "\(hostile)\n\(hostile)",
            isBodyCut: false)
        #expect(isReadable(DeadLetterText.lines(detail)))
        let listing = DeadLetterListing(
            processor: hostile, queue: hostile, ready: 1, seen: 1, reasons: [], letters: [letter], warnings: [hostile])
        #expect(isReadable(DeadLetterText.lines(listing)))
        let done = DeadLetterReport(
            processor: hostile, queue: hostile, destination: hostile, seen: 1, matched: 1, done: 1, dryRun: false, failure: hostile,
            warnings: [hostile])
        #expect(isReadable(DeadLetterText.lines(done)))
    }

    @Test("JSON that is shown means what it meant, and its characters tell a terminal nothing") func foreignJSON() throws {
        let value = ["a": Self.hostile, Self.hostile: "é😀"]
        let text = try ControlJSON.encode(value)
        let shown = TerminalText.escapedJSON(text + [UInt8(ascii: "\n")])
        #expect(try ControlJSON.decode([String: String].self, from: shown) == ControlJSON.decode([String: String].self, from: text))
        #expect(shown.last == UInt8(ascii: "\n"))
        #expect(isReadable([String(decoding: shown.dropLast(), as: UTF8.self)]))
        #expect(TerminalText.escaped("a\u{202E}b") == #"a\u{202E}b"#)
        #expect(TerminalText.escapedLines("a\r\nb") == "a\\u{D}\nb")
    }

    @Test("Bars grow with the largest value; blanks are where there was none") func sparkline() {
        #expect(Sparkline.text([nil, 0, 1, 2, 4, 8], width: 8) == "    ▂▃▅█")
        #expect(Sparkline.text([1, 2, 3], width: 2) == "▆█")
        #expect(Sparkline.text([1], width: 0) == "")
    }

    @Test(
        "Numbers are short, and never misleading",
        arguments: [
            (HumanFormat.count(0), "0"), (HumanFormat.count(1234567), "1,234,567"), (HumanFormat.rate(0.04), "0.0"),
            (HumanFormat.rate(12.34), "12.3"),
            (HumanFormat.rate(99.96), "100"), (HumanFormat.time(0.0004), "0 ms"), (HumanFormat.time(0.42), "0.4 s"),
            (HumanFormat.time(61), "61 s"),
            (HumanFormat.time(600), "10 min"), (HumanFormat.time(86_400), "24 h"), (HumanFormat.time(864_000), "10 d"),
            (HumanFormat.bytes(1023), "1023 B"),
            (HumanFormat.bytes(1 << 20), "1.0 MiB"), (HumanFormat.bytes(64 << 20), "64 MiB"),
        ])
    func wording(text: String, expected: String) {
        #expect(text == expected)
    }
}
