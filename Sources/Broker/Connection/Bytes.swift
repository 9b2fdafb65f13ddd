extension [UInt8] {
    /// A copy.
    init(_ span: Span<UInt8>) {
        self = []
        reserveCapacity(span.count)
        append(bytesOf: span)
    }

    /// Appends a copy; the span may point into a buffer that its owner uses again.
    mutating func append(bytesOf span: Span<UInt8>) {
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    func hasSameBytes(as span: Span<UInt8>) -> Bool {
        guard count == span.count else { return false }
        // A loop, because comparing generic sequences costs ten times as much.
        for place in span.indices where self[place] != span[place] { return false }
        return true
    }
}
