internal import ControlMessages

/// The table of processors on the live screen: as many columns as there is room for, names as wide as they are, and bars in what is left.
struct TopTable {
    private struct Column: Sendable {
        let heading: String
        let width: Int
        let text: @Sendable (ProcessorStatus) -> String
    }

    /// The most important first: on a narrow screen the last ones are left out.
    private static let columns = [
        Column(heading: "STATE", width: 11) { $0.state.rawValue },
        Column(heading: "RATE/S", width: 6) { $0.rate < 100_000 ? HumanFormat.rate($0.rate) : short(Int(min($0.rate, 1e12))) },
        Column(heading: "READY", width: 6) { $0.ready.map(short) ?? "-" },
        Column(heading: "HELD", width: 6) { short($0.held) },
        Column(heading: "PARKED", width: 6) { short($0.totals.parked) },
        Column(heading: "RETRY", width: 6) { short($0.totals.retried) },
    ]
    /// A name has this much room before a column is left out for it.
    private static let leastName = 32
    /// Behind the columns: the age.
    private static let leastLag = 5
    private static let mostBars = 60

    let width: Int
    private let nameWidth: Int
    private let shown: ArraySlice<Column>

    /// For these rows on a screen of this width.
    init(_ rows: [ProcessorStatus], width: Int) {
        self.width = width
        let longest = max(9, rows.map { TerminalText.escaped($0.name).count }.max() ?? 0)
        var count = Self.columns.count
        func rest(_ count: Int) -> Int { width - Self.columns.prefix(count).reduce(0) { $0 + $1.width + 1 } - 1 - Self.leastLag }
        while count > 1, rest(count) < min(longest, Self.leastName) { count -= 1 }
        shown = Self.columns.prefix(count)
        nameWidth = max(1, min(longest, rest(count)))
    }

    /// The names of the columns.
    var heading: String { line("PROCESSOR", shown.map(\.heading), lag: "LAG") }

    /// A processor; `lags` are the ages of its oldest delivery, the newest last.
    func row(_ processor: ProcessorStatus, lags: [Double?]) -> String {
        let lag = processor.oldestSeconds.map(HumanFormat.time) ?? "-"
        let text = line(TerminalText.escaped(processor.name), shown.map { $0.text(processor) }, lag: lag)
        let bars = Sparkline.text(lags, width: min(width - text.count - 1, Self.mostBars))
        return bars.isEmpty ? text : "\(text) \(bars)"
    }

    private func line(_ name: String, _ cells: [String], lag: String) -> String {
        let cells = zip(shown, cells).map { column, text in Self.padded(text, column.width, isLeft: column.heading == "STATE") }
        return ([Self.padded(name, nameWidth, isLeft: true)] + cells + [lag]).joined(separator: " ")
    }

    /// Exactly so wide; what is too long ends with an ellipsis.
    static func padded(_ text: String, _ width: Int, isLeft: Bool) -> String {
        guard text.count <= width else { return width > 0 ? text.prefix(width - 1) + "…" : "" }
        let padding = String(repeating: " ", count: width - text.count)
        return isLeft ? text + padding : padding + text
    }

    /// A number in six columns.
    private static func short(_ number: Int) -> String {
        switch number {
        case ..<100_000: HumanFormat.count(number)
        case ..<10_000_000: "\(HumanFormat.count(number / 1000))k"
        default: "\(HumanFormat.count(number / 1_000_000))M"
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
