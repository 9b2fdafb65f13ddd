internal import Messages

/// The text format 0.0.4 of Prometheus (prometheus.io/docs/instrumenting/exposition_formats).
enum PrometheusText {
    /// All families, each with its HELP and TYPE. A family without samples is left out.
    static func render(_ families: [MetricFamily]) -> String {
        var text = ""
        for family in families where !family.samples.isEmpty {
            text += "# HELP \(family.name) \(escaped(family.help, quotes: false))\n# TYPE \(family.name) \(family.kind.rawValue)\n"
            for sample in family.samples { render(sample, of: family.name, into: &text) }
        }
        return text
    }

    private static func render(_ sample: MetricFamily.Sample, of name: String, into text: inout String) {
        switch sample.value {
        case .integer(let number): line(name, sample.labels, "\(number)", into: &text)
        case .number(let number): line(name, sample.labels, self.text(of: number), into: &text)
        case .histogram(let histogram, let unit):
            var below = 0
            for (bound, count) in zip(histogram.bounds, histogram.counts) {
                below += count
                line("\(name)_bucket", sample.labels + [("le", self.text(of: Double(bound) * unit))], "\(below)", into: &text)
            }
            line("\(name)_bucket", sample.labels + [("le", "+Inf")], "\(histogram.count)", into: &text)
            line("\(name)_sum", sample.labels, self.text(of: Double(histogram.sum) * unit), into: &text)
            line("\(name)_count", sample.labels, "\(histogram.count)", into: &text)
        }
    }

    private static func line(_ name: String, _ labels: [(name: String, value: String)], _ value: String, into text: inout String) {
        text += name
        if !labels.isEmpty { text += "{" + labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",") + "}" }
        text += " \(value)\n"
    }

    /// Whole numbers without a fraction, as people write them.
    private static func text(of number: Double) -> String {
        guard number.isFinite else { return number.isNaN ? "NaN" : number < 0 ? "-Inf" : "+Inf" }
        return Int(exactly: number).map { "\($0)" } ?? "\(number)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
