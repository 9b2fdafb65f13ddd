internal import Formats
import FoundationEssentials
import Simulator

/// The model beside what was measured on one machine: CPU per message is taken from the run with the fewest instances, everything else is predicted.
struct Comparison {
    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    /// A line of the file: instances, messages per second, and CPU in µs per message of RabbitMQ, of all instances together, and of the database.
    struct Point {
        let instances: Int
        let rate, broker, warren, database: Double
    }

    private let points: [Point]
    private let partitions: Int
    private let messages: Int
    private let cores: Int
    private let seed: UInt64

    /// Reads the points. The first line of the file is "partitions messages cores".
    init(file: String, seed: UInt64) throws {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").compactMap { Double($0) } }
        guard let head = lines.first, head.count == 3, lines.count > 1, lines.dropFirst().allSatisfy({ $0.count == 5 }) else {
            throw Unreadable(description: "\(file): expected \"partitions messages cores\", then lines of five numbers")
        }
        (partitions, messages, cores) = (Int(head[0]), Int(head[1]), Int(head[2]))
        points = lines.dropFirst().map { Point(instances: Int($0[0]), rate: $0[1], broker: $0[2], warren: $0[3], database: $0[4]) }
        self.seed = seed
    }

    var lines: [String] {
        let base = points[0]
        var table = MarkdownTable(
            "instances", "measured/s", "model/s", "model / measured", "measured, of one instance", "model, of one instance",
            "CPU µs: RabbitMQ",
            "Warren", "database", "cores busy")
        let predictions = points.map { rate(instances: $0.instances, base) }
        for (point, predicted) in zip(points, predictions) {
            let cpu = point.broker + point.warren + point.database
            table.add(
                "\(point.instances)", point.rate.grouped, predicted.grouped, (predicted / point.rate).fixed(2),
                (point.rate / base.rate).fixed(2),
                (predicted / predictions[0]).fixed(2), point.broker.fixed(1), point.warren.fixed(1), point.database.fixed(1),
                (point.rate * cpu / 1e6).fixed(2))
        }
        return [
            "",
            "Model and measurement: \(partitions) partitions drained on \(cores) cores that everything shares, \(messages.grouped) messages",
            "",
        ] + table.lines + [
            "",
            "The model gets the CPU per message of the first row, and that all parts share these cores. Where cores were not all busy, the model"
                + " promises too much: it knows no waiting for a disk.",
        ]
    }

    private func rate(instances: Int, _ base: Point) -> Double {
        let costs = Costs(
            publish: 0, deliver: base.broker / 1e6, warren: base.warren / 1e6, request: 0, document: base.database / 1e6, commit: 0,
            network: 20e-6)
        let deployment = Deployment(
            instances: instances, partitions: partitions, cores: cores, isOneMachine: true, prefetch: 1000 / partitions, costs: costs)
        let load = Fleet.Load(messages: messages, rate: nil, popularity: Popularity(keys: 10_000, exponent: 0))
        var fleet = Fleet(deployment, load: load, seed: seed)
        return fleet.run().rate
    }
}
