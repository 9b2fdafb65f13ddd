import FoundationEssentials

@testable import ArangoEmulator

/// The recorded exchanges, as copied from the ArangoDB documentation's own recordings.
enum Transcripts {
    static let areas = ["auth", "collections", "databases", "documents", "edges", "import", "indexes", "server"]

    /// All lines of all areas. A line that cannot be read is an error, not a line less.
    static func exchanges() throws -> [Exchange] {
        try areas.flatMap { area in
            let lines = try Data(contentsOf: folder.appending(path: "\(area).jsonl")).split(separator: UInt8(ascii: "\n"))
            return try lines.map { line in
                guard let exchange = try JSONParser.parse(Array(line)).object.flatMap(Exchange.init) else {
                    throw Unreadable(area: area, line: String(decoding: line.prefix(100), as: UTF8.self))
                }
                return exchange
            }
        }
    }

    /// The same, example by example.
    static func examples() throws -> [Example] {
        let exchanges = try exchanges()
        var order: [String] = []
        var groups: [String: [Exchange]] = [:]
        for exchange in exchanges {
            let id = "\(exchange.example) \(exchange.server)"
            if groups[id] == nil { order.append(id) }
            groups[id, default: []].append(exchange)
        }
        return order.compactMap { id in
            guard let steps = groups[id]?.sorted(by: { $0.index < $1.index }), let first = steps.first else { return nil }
            return Example(name: first.example, server: first.server, exchanges: steps)
        }
    }

    struct Unreadable: Error {
        let area: String
        let line: String
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
        path: "Transcripts")
}
