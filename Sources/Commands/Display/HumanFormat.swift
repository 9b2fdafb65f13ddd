internal import ControlMessages
internal import Formats

/// Numbers as people read them.
package enum HumanFormat {
    /// `1,204,000`
    package static func count(_ number: Int) -> String { number.grouped }

    /// A rate: `0`, `0.4`, `12.3`, `1,204`.
    package static func rate(_ rate: Double) -> String {
        guard rate.isFinite, rate > 0 else { return "0" }
        return rate < 99.95 ? tenths(rate) : count(Int(min(rate, 1e15).rounded()))
    }

    /// A length of time, to two digits or so: `3 ms`, `0.4 s`, `12 s`, `3 min`, `5 h`, `2 d`.
    package static func time(_ seconds: Double) -> String {
        switch seconds {
        case ..<0.0995: "\(Int((max(0, seconds) * 1000).rounded())) ms"
        case ..<9.95: "\(tenths(seconds)) s"
        case ..<119.5: "\(Int(seconds.rounded())) s"
        case ..<7170: "\(Int((seconds / 60).rounded())) min"
        case ..<172_800: "\(Int((seconds / 3600).rounded())) h"
        default: "\(Int(min(seconds / 86_400, 1e9).rounded())) d"
        }
    }

    /// Milliseconds: `2.3 ms`.
    package static func milliseconds(_ value: Double) -> String { value < 99.95 ? "\(tenths(value)) ms" : time(value / 1000) }

    /// A size: `0 B`, `12 KiB`, `3.4 MiB`.
    package static func bytes(_ bytes: Int) -> String {
        switch bytes {
        case ..<1024: "\(bytes) B"
        case ..<(1 << 20): "\(tenths(Double(bytes) / 1024)) KiB"
        case ..<(1 << 30): "\(tenths(Double(bytes) / 1_048_576)) MiB"
        default: "\(tenths(Double(bytes) / 1_073_741_824)) GiB"
        }
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 && value >= 10 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
