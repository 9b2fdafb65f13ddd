/// Why the properties of a message cannot be read. RabbitMQ passes on much that AMQP 0-9-1 does not allow; such a message is parked, because nobody
/// knows how its body is encoded.
public enum UnreadableProperties: Error, Sendable, Equatable, CustomStringConvertible {
    /// The content header has so many bytes, more than are read.
    case tooLarge(headerBytes: Int)
    /// Flags that mean no property, or announce more flags than there are properties.
    case unknownFlags(UInt16)
    /// They end within a property.
    case cutOff
    /// The headers are no field table.
    case badHeaders
    /// Something follows the last property.
    case trailingBytes

    /// For people.
    public var description: String {
        switch self {
        case .tooLarge(let bytes): "the content header has \(bytes) bytes, more than are read (1 MiB)"
        case .unknownFlags(let flags): "the property flags 0x\(String(flags, radix: 16)) are not those of AMQP 0-9-1"
        case .cutOff: "the properties end within one of them"
        case .badHeaders: "the headers are no field table as AMQP 0-9-1 encodes it"
        case .trailingBytes: "something follows the last property"
        }
    }
}
