package import ControlMessages

/// What `warren top` shows: the latest report, what came before it, and what the person has chosen. A value; keys and reports go in.
package struct TopState: Sendable {
    /// What the rows are sorted by.
    package enum Order: String, Sendable, CaseIterable {
        case name, rate, ready, held, lag
    }

    /// What a key asks for.
    package enum Request: Sendable, Equatable {
        /// Draw again.
        case redraw
        /// Pause or resume this processor.
        case pause(String), resume(String)
        case quit
    }

    /// Reports remembered for the sparklines.
    static let longest = 240
    /// Rows that a page key goes on by.
    private static let page = 10

    /// The latest report; `nil` if none has come yet.
    package private(set) var report: StatusReport?
    /// Why there is none at the moment.
    package var failure: String?
    /// What became of the last key.
    package var message: String?
    /// The processor that is to be paused, if the next key says yes.
    package private(set) var question: String?
    /// What the rows are sorted by.
    package private(set) var order = Order.name
    /// The processor that keys are for.
    package private(set) var selected: String?
    /// Age of the oldest delivery of each processor, one value for each report.
    private(set) var lags: [String: [Double?]] = [:]
    /// Messages ready in the queue, one value for each report.
    private(set) var backlogs: [String: [Double?]] = [:]

    /// Nothing is known yet.
    package init() {}

    /// A report came.
    package mutating func add(_ report: StatusReport) {
        self.report = report
        failure = nil
        for processor in report.processors {
            lags[processor.name] = (lags[processor.name] ?? []).suffix(Self.longest - 1) + [processor.oldestSeconds]
            backlogs[processor.name] = (backlogs[processor.name] ?? []).suffix(Self.longest - 1) + [processor.ready.map(Double.init)]
        }
        if !report.processors.contains(where: { $0.name == selected }) { selected = rows.first?.name }
    }

    /// A key was pressed. A pause is asked for with two: `p` stands beside `o` and `q`.
    package mutating func press(_ key: TopKey) -> Request {
        message = nil
        if let name = question {
            question = nil
            if key == .character("y") { return .pause(name) }
            message = "\(name) was not paused"
            return .redraw
        }
        switch key {
        case .up: select(-1)
        case .down: select(+1)
        case .pageUp: select(-Self.page)
        case .pageDown: select(+Self.page)
        case .home: select(-rows.count)
        case .end: select(+rows.count)
        case .character("q"): return .quit
        case .character("s"): order = Order.allCases[((Order.allCases.firstIndex(of: order) ?? 0) + 1) % Order.allCases.count]
        case .character("p"): question = selected
        case .character("r"): if let selected { return .resume(selected) }
        case .character: break
        }
        return .redraw
    }

    /// The processors as they are sorted.
    var rows: [ProcessorStatus] {
        let processors = report?.processors ?? []
        func descending(_ value: (ProcessorStatus) -> Double) -> [ProcessorStatus] {
            processors.sorted { (value($0), $1.name) > (value($1), $0.name) }
        }
        return switch order {
        case .name: processors.sorted { $0.name < $1.name }
        case .rate: descending(\.rate)
        case .ready: descending { Double($0.ready ?? 0) }
        case .held: descending { Double($0.held) }
        case .lag: descending { $0.oldestSeconds ?? 0 }
        }
    }

    private mutating func select(_ step: Int) {
        let names = rows.map(\.name)
        guard !names.isEmpty else { return }
        let index = names.firstIndex { $0 == selected } ?? 0
        selected = names[min(names.count - 1, max(0, index + step))]
    }
}

/// A key, as far as `warren top` knows it.
package enum TopKey: Sendable, Equatable {
    case up, down, pageUp, pageDown, home, end
    case character(Character)

    /// The keys in what a terminal sends; what is unknown is skipped.
    package static func keys(in bytes: some Sequence<UInt8>) -> [TopKey] {
        var keys: [TopKey] = []
        var rest = Array(bytes)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case 0x1B:
                guard rest.first == UInt8(ascii: "[") || rest.first == UInt8(ascii: "O") else { continue }
                rest = rest.dropFirst()
                // Parameters and a final byte (ECMA-48 section 5.4).
                let parameters = rest.prefix { (0x30...0x3F).contains($0) }
                rest = rest.dropFirst(parameters.count)
                if let key = control(rest.popFirst(), parameters) { keys.append(key) }
            // Control-C, where the terminal hands it on.
            case 0x03: keys.append(.character("q"))
            case UInt8(ascii: "k"): keys.append(.up)
            case UInt8(ascii: "j"): keys.append(.down)
            case 0x20...0x7E: keys.append(.character(Character(Unicode.Scalar(byte))))
            default: break
            }
        }
        return keys
    }

    /// What a control sequence stands for; `nil` for any that is not known.
    private static func control(_ final: UInt8?, _ parameters: ArraySlice<UInt8>) -> TopKey? {
        switch (final, String(decoding: parameters, as: UTF8.self)) {
        case (UInt8(ascii: "A")?, _): .up
        case (UInt8(ascii: "B")?, _): .down
        case (UInt8(ascii: "H")?, _), (UInt8(ascii: "~")?, "1"), (UInt8(ascii: "~")?, "7"): .home
        case (UInt8(ascii: "F")?, _), (UInt8(ascii: "~")?, "4"), (UInt8(ascii: "~")?, "8"): .end
        case (UInt8(ascii: "~")?, "5"): .pageUp
        case (UInt8(ascii: "~")?, "6"): .pageDown
        default: nil
        }
    }
}
