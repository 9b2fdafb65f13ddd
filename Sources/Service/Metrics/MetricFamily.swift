internal import Messages

/// A metric with its samples, as the text format of Prometheus groups them.
struct MetricFamily: Sendable, Equatable {
    /// What kind of figures these are.
    enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// A figure under its labels.
    struct Sample: Sendable, Equatable {
        /// In the order in which they are written.
        let labels: [(name: String, value: String)]
        let value: Value

        static func == (left: Sample, right: Sample) -> Bool {
            left.value == right.value && left.labels.map(\.name) == right.labels.map(\.name)
                && left.labels.map(\.value) == right.labels.map(\.value)
        }
    }

    /// A number, or a histogram whose values are multiplied by a unit on their way out.
    enum Value: Sendable, Equatable {
        case integer(Int)
        case number(Double)
        case histogram(Histogram, unit: Double)
    }

    /// `warren_…` with the base unit at its end, `_total` for counters.
    let name: String
    /// One sentence.
    let help: String
    let kind: Kind
    var samples: [Sample] = []

    init(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        self.help = help
        self.kind = kind
    }

    /// Adds a figure.
    mutating func add(_ value: Value, _ labels: (name: String, value: String)...) {
        samples.append(Sample(labels: labels, value: value))
    }

    /// The family with one figure.
    static func single(_ name: String, _ kind: Kind, _ help: String, _ value: Value) -> MetricFamily {
        var family = MetricFamily(name, kind, help)
        family.add(value)
        return family
    }
}
