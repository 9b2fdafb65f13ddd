/// How a collection makes keys for documents that bring none (`keyOptions`).
struct KeyOptions: Sendable {
    enum Generator: Sendable {
        /// Digits that rise over all collections.
        case traditional
        case autoincrement(offset: UInt64, increment: UInt64)
    }

    var allowsUserKeys = true
    var generator = Generator.traditional
    var lastValue: UInt64 = 0

    init() {}

    /// Throws 1232 for a generator that the emulator does not have.
    init(_ object: JSONObject?) throws(ArangoError) {
        guard let object else { return }
        allowsUserKeys = object["allowUserKeys"]?.bool ?? true
        switch object["type"]?.string ?? "traditional" {
        case "traditional": generator = .traditional
        case "autoincrement":
            let offset = UInt64(clamping: object["offset"]?.int ?? 0)
            let increment = UInt64(clamping: max(1, object["increment"]?.int ?? 1))
            generator = .autoincrement(offset: offset, increment: increment)
        case let other:
            throw ArangoError(
                status: 400, errorNum: 1232,
                message: "invalid key generator: the emulator knows traditional and autoincrement, not \(other)")
        }
    }

    mutating func nextKey(_ clock: inout Clock) -> String {
        switch generator {
        case .traditional: lastValue = clock.id()
        case .autoincrement(let offset, let increment): lastValue = lastValue < offset ? offset : lastValue &+ increment
        }
        return String(lastValue)
    }

    var json: JSONValue {
        var object: JSONObject = ["allowUserKeys": .bool(allowsUserKeys)]
        switch generator {
        case .traditional: object.append("type", "traditional")
        case .autoincrement(let offset, let increment):
            object.append("type", "autoincrement")
            object.append("offset", .int(offset))
            object.append("increment", .int(increment))
        }
        object.append("lastValue", .int(lastValue))
        return .object(object)
    }
}
