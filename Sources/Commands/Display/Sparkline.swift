internal import ControlMessages

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
