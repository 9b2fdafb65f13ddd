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
        let foot = Self.foot(state, width: width, height: height)
        var lines = Self.header(state, at: now)
        // A low screen keeps its rows for processors.
        let servers = Self.servers(state.report?.servers ?? [], width: width)
        lines += servers.prefix(max(0, (height - foot.count - lines.count - 2) / 3))
        lines.append([])
        let room = max(0, height - lines.count - 1 - foot.count)
        let rows = state.rows
        let table = TopTable(rows, width: width)
        lines.append([Span(text: table.heading, style: .faint)])
        // What does not fit is left out from the top, so that the selected row is seen.
        let index = rows.firstIndex { $0.name == state.selected } ?? 0
        let first = max(0, min(index - room + 1, rows.count - room))
        lines += rows.dropFirst(first).prefix(room).map { Self.processor($0, state, table, at: now) }
        lines += foot
        self.lines = lines.prefix(max(0, height)).map { Self.cut($0, width: width) }
    }

    /// Without colours, for tests and for eyes.
    package var text: [String] { lines.map { line in line.map(\.text).joined() } }

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

    private static func servers(_ servers: [ServerStatus], width: Int) -> [[Span]] {
        let names = servers.map { TerminalText.escaped("\($0.kind) \($0.version ?? "")") }
        let endpoints = servers.map { TerminalText.escaped($0.endpoint) }
        let nameWidth = min(18, max(0, width / 3))
        // Two more than the longest, as far as the state has room beside it.
        let endpointWidth = max(0, min((endpoints.map(\.count).max() ?? 0) + 2, width - nameWidth - 11))
        return zip(servers, zip(names, endpoints)).map { server, words in
            let facts = [
                server.replyMilliseconds.map { "answers in \(HumanFormat.milliseconds($0))" },
                server.queueMilliseconds.flatMap { $0 > 0 ? "queue \(HumanFormat.milliseconds($0))" : nil }, server.reason,
            ].compactMap(\.self).joined(separator: ", ")
            return [
                Span(
                    text: TopTable.padded(words.0, nameWidth, isLeft: true) + TopTable.padded(words.1, endpointWidth, isLeft: true),
                    style: .plain),
                Span(
                    text: TopTable.padded(server.state.rawValue, 11, isLeft: true),
                    style: server.state == .up ? .good : server.state == .away ? .bad : .warning),
                Span(text: facts, style: .plain),
            ]
        }
    }

    private static func processor(_ processor: ProcessorStatus, _ state: TopState, _ table: TopTable, at now: Timestamp) -> [Span] {
        let text = table.row(processor, lags: state.lags[processor.name] ?? [])
        guard processor.name != state.selected else {
            return [Span(text: TopTable.padded(text, table.width, isLeft: true), style: .selected)]
        }
        let style: Span.Style =
            switch processor.state {
            case .consuming: .plain
            case .paused, .draining, .standby, .subscribing: .warning
            case .outage, .failed: .bad
            }
        return [Span(text: text, style: style)]
    }

    private static func foot(_ state: TopState, width: Int, height: Int) -> [[Span]] {
        let faults = state.failure.map { [$0] } ?? state.report?.service.health.reasons ?? []
        var lines: [[Span]] = []
        var shown = 0
        // Whole faults, as far as a third of the screen has room for them; the first one is cut if it must be.
        for fault in faults {
            let wrapped = wrap(TerminalText.escaped("! \(fault)"), width: width).map { [Span(text: $0, style: .bad)] }
            guard lines.count + wrapped.count <= max(1, height / 3) else {
                if shown == 0 { lines += wrapped.prefix(max(1, height / 3)) }
                break
            }
            lines += wrapped
            shown += 1
        }
        shown = max(shown, min(1, faults.count))
        if faults.count > shown { lines.append([Span(text: "! and \(faults.count - shown) more: warren status", style: .bad)]) }
        if let question = state.question {
            lines.append([Span(text: "Pause \(question)? y yes, any other key no", style: .warning)])
        } else if let message = state.message {
            lines.append([Span(text: message, style: .warning)])
        }
        lines.append([])
        let rows = state.rows
        let position = rows.firstIndex { $0.name == state.selected }.map { "\($0 + 1) of \(rows.count)" }
        lines.append([Span(text: keys(state.order, position, width: width), style: .faint)])
        return lines
    }

    /// The keys, and which row is selected. What everybody tries first gives way on a narrow screen.
    private static func keys(_ order: TopState.Order, _ position: String?, width: Int) -> String {
        let keys = ["p pause", "r resume", "s sort by \(order.rawValue)", "↑↓ select", "q quit"] + [position].compactMap(\.self)
        let all = keys.joined(separator: "  ")
        return all.count <= width ? all : keys.filter { $0 != "↑↓ select" }.joined(separator: "  ")
    }

    /// Lines of at most this width, cut between words where there are any.
    private static func wrap(_ text: String, width: Int) -> [String] {
        guard width > 8 else { return [text] }
        var lines: [String] = [], line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            var word = word[...]
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = " "
            }
            while line.count + 1 + word.count > width {
                let room = width - line.count - 1
                lines.append("\(line) \(word.prefix(room))")
                (line, word) = (" ", word.dropFirst(room))
            }
            line += line.isEmpty ? "\(word)" : " \(word)"
        }
        return lines + [line]
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
