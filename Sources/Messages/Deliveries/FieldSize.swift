/// How many bytes a value in a field table takes behind its type letter (AMQP 0-9-1, 4.2.5, with the letters of RabbitMQ's errata).
public enum FieldSize: Sendable, Equatable {
    case fixed(Int)
    /// Four bytes say how many follow.
    case announced

    /// `nil` if RabbitMQ knows no such type.
    public init?(typeLetter: UInt8) {
        switch typeLetter {
        case UInt8(ascii: "V"): self = .fixed(0)
        case UInt8(ascii: "t"), UInt8(ascii: "b"), UInt8(ascii: "B"): self = .fixed(1)
        case UInt8(ascii: "s"), UInt8(ascii: "u"): self = .fixed(2)
        case UInt8(ascii: "I"), UInt8(ascii: "i"), UInt8(ascii: "f"): self = .fixed(4)
        case UInt8(ascii: "D"): self = .fixed(5)
        case UInt8(ascii: "l"), UInt8(ascii: "L"), UInt8(ascii: "d"), UInt8(ascii: "T"): self = .fixed(8)
        case UInt8(ascii: "S"), UInt8(ascii: "x"), UInt8(ascii: "A"), UInt8(ascii: "F"): self = .announced
        default: return nil
        }
    }
}
