package import ControlMessages

/// Draws `warren top`: (state, size) in, lines out. Pure, so that a test can hold the screen in its hands.
package struct TopScreen: Sendable, Equatable {
    /// A piece of text and how it looks.
    package struct Span: Sendable, Equatable {
        /// How text looks.
        package enum Style: Sendable { case plain, faint, bold, good, bad, warning, selected }

        /// The text.
        package let text: String
        /// How it looks.
        package let style: Style

        init(text: String, style: Style) { (self.text, self.style) = (TerminalText.escaped(text), style) }
    }

    /// Each as wide as the screen at most; as many as it has rows at most.
    package let lines: [[Span]]

    /// The screen of a state.
    package init(_ state: TopState, width: Int, height: Int, at now: Timestamp = .now) {
        var lines = Self.header(state, at: now) + Self.servers(state.report?.servers ?? [])
        lines.append([])
        let foot = Self.foot(state)
        let room = max(0, height - lines.count - 1 - foot.count)
        let rows = state.rows
        lines.append([Span(text: Self.row(Column.all.map(\.heading), sparkline: "LAG", width: width), style: .faint)])
        // What does not fit is left out from the top, so that the selected row is seen.
        let index = rows.firstIndex { $0.name == state.selected } ?? 0
        let first = max(0, min(index - room + 1, rows.count - room))
        lines += rows.dropFirst(first).prefix(room).map { Self.processor($0, state, width: width, at: now) }
        lines += foot
        self.lines = lines.prefix(max(0, height)).map { Self.cut($0, width: width) }
    }

    /// Without colours, for tests and for eyes.
    package var text: [String] { lines.map { line in line.map(\.text).joined() } }

    private struct Column {
        let heading: String
        let width: Int
        let isLeft: Bool

        static let all = [
            Column(heading: "PROCESSOR", width: 20, isLeft: true), Column(heading: "STATE", width: 11, isLeft: true),
            Column(heading: "RATE/S", width: 7, isLeft: false), Column(heading: "READY", width: 8, isLeft: false),
            Column(heading: "HELD", width: 6, isLeft: false), Column(heading: "PARKED", width: 7, isLeft: false),
            Column(heading: "RETRY", width: 6, isLeft: false),
        ]
    }

    private static func header(_ state: TopState, at now: Timestamp) -> [[Span]] {
        guard let report = state.report else {
            return [[Span(text: state.failure ?? "connecting …", style: state.failure == nil ? .plain : .bad)]]
        }
        let service = report.service
        let isHealthy = service.health.status == .healthy
        var rate = 0.0
        for processor in report.processors { rate += processor.rate }
        let verdict =
            state.failure == nil
            ? Span(text: isHealthy ? "healthy" : "degraded", style: isHealthy ? .good : .bad) : Span(text: "not answering", style: .bad)
        let batch = service.documentsPerRequest.map { "\(HumanFormat.rate($0)) documents a request, " } ?? ""
        return [
            [
                Span(text: "warren \(service.version)  ", style: .bold), verdict,
                Span(
                    text: "  up \(HumanFormat.time(service.since.age(at: now)))  \(HumanFormat.rate(rate)) messages/s  "
                        + "log \(service.logLevel)  pid \(service.pid)", style: .plain),
            ],
            [
                Span(
                    text: "holding \(HumanFormat.count(service.held)) messages, \(HumanFormat.bytes(service.heldBytes)) of "
                        + "\(HumanFormat.bytes(service.holdBytes)); \(batch)\(service.requestsInFlight) of \(service.requestsAllowed) requests in flight",
                    style: .plain)
            ],
        ]
    }

    private static func servers(_ servers: [ServerStatus]) -> [[Span]] {
        servers.map { server in
            let facts = [
                server.replyMilliseconds.map { "answers in \(HumanFormat.milliseconds($0))" },
                server.queueMilliseconds.flatMap { $0 > 0 ? "queue \(HumanFormat.milliseconds($0))" : nil }, server.reason,
            ].compactMap(\.self).joined(separator: ", ")
            let name = TerminalText.escaped("\(server.kind) \(server.version ?? "")")
            return [
                Span(
                    text: padded(name, 18, isLeft: true) + padded(TerminalText.escaped(server.endpoint), 32, isLeft: true), style: .plain),
                Span(
                    text: padded(server.state.rawValue, 11, isLeft: true),
                    style: server.state == .up ? .good : server.state == .away ? .bad : .warning),
                Span(text: facts, style: .plain),
            ]
        }
    }

    private static func processor(_ processor: ProcessorStatus, _ state: TopState, width: Int, at now: Timestamp) -> [Span] {
        let cells = [
            TerminalText.escaped(processor.name), processor.state.rawValue, HumanFormat.rate(processor.rate),
            processor.ready.map(short) ?? "-",
            short(processor.held), short(processor.totals.parked), short(processor.totals.retried),
        ]
        let lag = processor.oldestSeconds.map(HumanFormat.time) ?? "-"
        let room = max(0, width - tableWidth - lag.count - 1)
        let sparkline = Sparkline.text(state.lags[processor.name] ?? [], width: min(room, 60))
        let text = row(cells, sparkline: "\(lag) \(sparkline)", width: width)
        guard processor.name != state.selected else { return [Span(text: padded(text, width, isLeft: true), style: .selected)] }
        let style: Span.Style =
            switch processor.state {
            case .consuming: .plain
            case .paused, .draining, .standby, .subscribing: .warning
            case .outage, .failed: .bad
            }
        return [Span(text: text, style: style)]
    }

    private static func foot(_ state: TopState) -> [[Span]] {
        var lines: [[Span]] = []
        let faults = state.failure.map { [$0] } ?? state.report?.service.health.reasons ?? []
        lines += faults.prefix(4).map { [Span(text: "! \($0)", style: .bad)] }
        if faults.count > 4 { lines.append([Span(text: "! and \(faults.count - 4) more: warren status", style: .bad)]) }
        if let message = state.message { lines.append([Span(text: message, style: .warning)]) }
        lines.append([])
        lines.append([
            Span(text: "p pause  r resume  s sort by \(state.order.rawValue)  ↑↓ select  q quit", style: .faint)
        ])
        return lines
    }

    private static var tableWidth: Int { Column.all.reduce(0) { $0 + $1.width + 1 } }

    private static func row(_ cells: [String], sparkline: String, width: Int) -> String {
        zip(Column.all, cells).map { padded($1, $0.width, isLeft: $0.isLeft) }.joined(separator: " ") + " \(sparkline)"
    }

    /// Exactly so wide; what is too long ends with an ellipsis.
    private static func padded(_ text: String, _ width: Int, isLeft: Bool) -> String {
        guard text.count <= width else { return text.prefix(max(0, width - 1)) + "…" }
        let padding = String(repeating: " ", count: width - text.count)
        return isLeft ? text + padding : padding + text
    }

    /// A number in seven columns at most.
    private static func short(_ number: Int) -> String {
        switch number {
        case ..<100_000: HumanFormat.count(number)
        case ..<10_000_000: "\(HumanFormat.count(number / 1000))k"
        default: "\(HumanFormat.count(number / 1_000_000))M"
        }
    }

    private static func cut(_ line: [Span], width: Int) -> [Span] {
        var room = width
        return line.compactMap { span in
            guard room > 0 else { return nil }
            defer { room -= span.text.count }
            return Span(text: String(span.text.prefix(room)), style: span.style)
        }
    }
}

/// A row of small bars, the newest at the right.
enum Sparkline {
    private static let bars: [Character] = Array("▁▂▃▄▅▆▇█")

    /// So many of the latest values as there is width; the largest is a full bar, nil and zero are blank.
    static func text(_ values: [Double?], width: Int) -> String {
        let shown = values.suffix(max(0, width))
        let most = shown.compactMap(\.self).max() ?? 0
        let bars = shown.map { value -> Character in
            guard let value, value > 0, most > 0 else { return " " }
            return Self.bars[min(Self.bars.count - 1, Int(value / most * Double(Self.bars.count)))]
        }
        return String(repeating: " ", count: max(0, width) - bars.count) + String(bars)
    }
}
