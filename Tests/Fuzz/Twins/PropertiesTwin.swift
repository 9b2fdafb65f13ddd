/// Reads properties the plain way, straight from the specification's table (AMQP 0-9-1, 1.8.1 and 4.2.5) and RabbitMQ's type letters, by indices in
/// an array. Slow, and nothing of it is shared with the product.
public struct PropertiesTwin {
    /// Those that the message has, by their flag.
    public private(set) var properties: [(bit: Int, payloadBytes: Int)] = []
    /// The entries of the table.
    public private(set) var headers: [(name: [UInt8], value: [UInt8])] = []
    /// All of them together.
    public let bytes: Int

    private enum Kind { case text, octet, time, table }
    private static let kinds: [Int: Kind] = [
        15: .text, 14: .text, 13: .table, 12: .octet, 11: .octet, 10: .text, 9: .text, 8: .text, 7: .text, 6: .time, 5: .text, 4: .text,
        3: .text, 2: .text,
    ]
    /// Bytes behind the letter; `nil` if four more bytes have their number.
    private static let widths: [Character: Int?] = [
        "V": 0, "t": 1, "b": 1, "B": 1, "s": 2, "u": 2, "I": 4, "i": 4, "f": 4, "D": 5, "l": 8, "L": 8, "d": 8, "T": 8, "S": nil,
        "x": nil, "A": nil, "F": nil,
    ]

    /// `nil` if it is not encoded as the protocol says. No bytes at all are no properties.
    public init?(_ input: [UInt8]) {
        bytes = input.count
        guard !input.isEmpty else { return }
        guard input.count >= 2 else { return nil }
        let flags = Int(input[0]) * 256 + Int(input[1])
        var offset = 2
        for bit in stride(from: 15, through: 0, by: -1) where (flags >> bit) % 2 == 1 {
            guard let kind = Self.kinds[bit] else { return nil }
            let size: Int
            switch kind {
            case .octet: size = 1
            case .time: size = 8
            case .text:
                guard offset < input.count else { return nil }
                size = Int(input[offset])
                offset += 1
            case .table:
                guard let count = Self.size(input, offset) else { return nil }
                size = count
                offset += 4
            }
            guard offset + size <= input.count else { return nil }
            properties.append((bit, size))
            if kind == .table {
                guard let list = Self.entries(Array(input[offset..<offset + size])) else { return nil }
                headers = list
            }
            offset += size
        }
        guard offset == input.count else { return nil }
    }

    private static func entries(_ table: [UInt8]) -> [(name: [UInt8], value: [UInt8])]? {
        var list: [(name: [UInt8], value: [UInt8])] = []
        var offset = 0
        while offset < table.count {
            let nameEnd = offset + 1 + Int(table[offset])
            guard nameEnd < table.count else { return nil }
            guard let width = widths[Character(Unicode.Scalar(table[nameEnd]))] else { return nil }
            var end = nameEnd + 1
            if let width {
                end += width
            } else {
                guard let count = size(table, end) else { return nil }
                end += 4 + count
            }
            guard end <= table.count else { return nil }
            list.append((Array(table[offset + 1..<nameEnd]), Array(table[nameEnd..<end])))
            offset = end
        }
        return list
    }

    private static func size(_ bytes: [UInt8], _ offset: Int) -> Int? {
        guard offset + 4 <= bytes.count else { return nil }
        return (Int(bytes[offset]) * 256 + Int(bytes[offset + 1])) * 65_536 + Int(bytes[offset + 2]) * 256 + Int(bytes[offset + 3])
    }
}
