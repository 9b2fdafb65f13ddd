/// How a collection makes keys for documents that bring none (`keyOptions`).
struct KeyOptions: Sendable {
    enum Generator: Sendable {
        /// Digits that rise over all collections.
        case traditional
        case autoincrement(offset: UInt64, increment: UInt64)
        /// Hexadecimal digits, all of one length, so that their order is that of their creation.
        case padded
        case uuid
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
        case "padded": generator = .padded
        case "uuid": generator = .uuid
        case "autoincrement":
            let offset = UInt64(clamping: object["offset"]?.int ?? 0)
            let increment = UInt64(clamping: max(1, object["increment"]?.int ?? 1))
            generator = .autoincrement(offset: offset, increment: increment)
        case let other:
            throw ArangoError(
                status: 400, errorNum: 1232,
                message: "invalid key generator: \(other)")
        }
    }

    mutating func nextKey(_ clock: inout Clock) -> String {
        switch generator {
        case .traditional: lastValue = clock.id()
        case .padded:
            let digits = String(clock.id(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        case .uuid:
            let digits = (0..<32).map { _ in String(UInt8.random(in: 0...15), radix: 16) }.joined()
            let ends = [8, 12, 16, 20, 32]
            return zip([0] + ends, ends).map { digits.dropFirst($0).prefix($1 - $0) }.joined(separator: "-")
        case .autoincrement(let offset, let increment): lastValue = lastValue < offset ? offset : lastValue &+ increment
        }
        return String(lastValue)
    }

    var json: JSONValue {
        var object: JSONObject = ["allowUserKeys": .bool(allowsUserKeys)]
        switch generator {
        case .traditional: object.append("type", "traditional")
        case .padded: object.append("type", "padded")
        case .uuid: object.append("type", "uuid")
        case .autoincrement(let offset, let increment):
            object.append("type", "autoincrement")
            object.append("offset", .int(offset))
            object.append("increment", .int(increment))
        }
        object.append("lastValue", .int(lastValue))
        return .object(object)
    }
}
