internal import Messages

/// One pass over the properties of a message (AMQP 0-9-1, 2.3.5.2 and 1.8). It finds the properties that Warren needs of every message, and checks
/// that all are encoded as the protocol says.
///
/// It steps over headers one by one, and does not look into tables and arrays.
struct PropertyScan: Equatable {
    private(set) var contentEncoding = ContentEncoding.identity
    private(set) var timestamp: UInt64?
    /// Why the properties cannot be read. Properties that were found before the error do not count.
    private(set) var fault: UnreadableProperties?

    /// Reads a content header's payload from the property flags on.
    init(_ bytes: Span<UInt8>) {
        if let fault = scan(bytes) {
            self = PropertyScan(fault: fault)
        }
    }

    /// For a message whose content header was too large to be stored.
    init(fault: UnreadableProperties) { self.fault = fault }

    private mutating func scan(_ bytes: Span<UInt8>) -> UnreadableProperties? {
        var index = 0
        guard let flags = bytes.number(UInt16.self, at: &index) else { return .cutOff }
        // No property has these bits. If the last bit is set, more flags follow.
        guard flags & 0b11 == 0 else { return .unknownFlags(flags) }
        if flags & 1 << 15 != 0, bytes.shortString(at: &index) == nil { return .cutOff }
        if flags & 1 << 14 != 0 {
            guard let name = bytes.shortString(at: &index) else { return .cutOff }
            contentEncoding = ContentEncoding(name: bytes.text(name))
        }
        if flags & 1 << 13 != 0 {
            guard let table = bytes.longString(at: &index) else { return .cutOff }
            guard Self.isTable(bytes.extracting(table)) else { return .badHeaders }
        }
        let octets = (flags & 1 << 12).nonzeroBitCount + (flags & 1 << 11).nonzeroBitCount
        guard bytes.take(octets, at: &index) != nil else { return .cutOff }
        for bit in stride(from: 10, through: 7, by: -1) where flags & 1 << bit != 0 {
            guard bytes.shortString(at: &index) != nil else { return .cutOff }
        }
        if flags & 1 << 6 != 0 {
            guard let time = bytes.number(UInt64.self, at: &index) else { return .cutOff }
            timestamp = time
        }
        for bit in stride(from: 5, through: 2, by: -1) where flags & 1 << bit != 0 {
            guard bytes.shortString(at: &index) != nil else { return .cutOff }
        }
        return index == bytes.count ? nil : .trailingBytes
    }

    /// A field table's entries (4.2.5.5): each has a name and a value of a known type, and the last one ends where the table does.
    private static func isTable(_ bytes: Span<UInt8>) -> Bool {
        var index = 0
        while index < bytes.count {
            guard bytes.shortString(at: &index) != nil, skipValue(bytes, at: &index) else { return false }
        }
        return true
    }

    private static func skipValue(_ bytes: Span<UInt8>, at index: inout Int) -> Bool {
        guard let letter = bytes.number(UInt8.self, at: &index), let size = FieldSize(typeLetter: letter) else { return false }
        return switch size {
        case .fixed(let count): bytes.take(count, at: &index) != nil
        case .announced: bytes.longString(at: &index) != nil
        }
    }
}
