/// One attribute name of an object that is open: what it reads, unescaped, and where it stands. Small, because a hostile message has millions.
package struct OpenName {
    /// No text is so long: `max_message` is 512 MiB at most.
    private static let escaped: UInt32 = 1 << 31

    /// Of the name as it reads.
    let hash: UInt32
    /// Bytes before its opening quote in the text; of a name written with escapes, its index in ``DuplicateNameDetector/escaped``.
    fileprivate let index: UInt32
    private let lengthAndKind: UInt32

    /// A name in the text, whose opening quote is at `quote`.
    @inline(__always) init(hash: UInt32, quote: Int, length: Int) {
        (self.hash, index, lengthAndKind) = (hash, UInt32(truncatingIfNeeded: quote), UInt32(truncatingIfNeeded: length))
    }

    /// A name written with escapes.
    fileprivate init(hash: UInt32, escaped index: Int, length: Int) {
        (self.hash, self.index, lengthAndKind) = (hash, UInt32(index), UInt32(length) | Self.escaped)
    }

    /// How many bytes it reads.
    fileprivate var length: Int { Int(lengthAndKind & ~Self.escaped) }
    /// Whether it was written with escapes.
    var isEscaped: Bool { lengthAndKind & Self.escaped != 0 }
    /// The range of its bytes in the text, if it was written without escapes.
    var range: Range<Int> { Int(index) + 1..<Int(index) + 1 + length }

    /// The hash of a whole name.
    package static func hash(of name: Span<UInt8>) -> UInt32 { hash(of: name, from: 0, to: name.count) }

    /// The hash of the name between two offsets of a text: of its length, its first eight bytes and its last eight. It distinguishes most
    /// names, which is all that it has to do.
    @inline(__always) static func hash(of text: Span<UInt8>, from start: Int, to end: Int) -> UInt32 {
        let length = end &- start
        var hash = UInt64(truncatingIfNeeded: length)
        if length >= 8 {
            let (first, last) = (text.word(at: start), text.word(at: end &- 8))
            hash ^= (first &<< 5 | first &>> 59) ^ last
        } else {
            hash ^= shortWord(of: text, at: start, length: length)
        }
        return UInt32(truncatingIfNeeded: hash ^ hash &>> 32)
    }

    /// Fewer than eight bytes, the first one lowest, zeros above; the same whatever follows them in the text.
    @inline(__always) private static func shortWord(of text: Span<UInt8>, at offset: Int, length: Int) -> UInt64 {
        if offset <= text.count &- 8 { return text.word(at: offset) & ((1 &<< UInt64(8 &* length)) &- 1) }
        var word: UInt64 = 0
        for index in 0..<length { word |= UInt64(text[offset &+ index]) &<< UInt64(8 &* index) }
        return word
    }
}

/// The attribute names of the objects that are open during a scan, innermost last: finds a name that comes twice in one object.
///
/// Names are compared as they read, not as they are written: `"a"` and `"\u0061"` are one name. The cost is bounded whatever the names are:
/// a small object compares each with those before it, a large one sorts them once at its end. Neither relies on the hash being good.
struct DuplicateNameDetector {
    /// One object of the scan.
    struct Object {
        /// Its names while they are few. Of its own, because writing there takes a few instructions, and adding to an array takes thirty.
        fileprivate var few = InlineArray<32, OpenName> { _ in OpenName(hash: 0, quote: 0, length: 0) }
        /// How many names it has.
        fileprivate var count = 0
        /// Once they are many: its first name's index among those of all such objects that are open.
        fileprivate var first = 0
        /// One bit for each hash seen: a name whose bit is not set is new for sure.
        fileprivate var seen: UInt64 = 0
    }

    /// With more names than these an object is checked at its end.
    private static let small = 32
    /// Names kept allocated between messages: one hostile message must not hold memory for ever.
    private static let kept = 4096

    /// The text.
    private var text: [UInt8] = []
    /// What names written with escapes read.
    private(set) var unescaped: [UInt8] = []
    private var names: [OpenName] = []
    /// Where names written with escapes stand in the text, and where they begin in ``unescaped``.
    private var escaped: [(offset: UInt32, start: UInt32)] = []
    /// Whether one of the three above was used since they were emptied: most messages use none.
    private var isUsed = false

    /// Forgets everything; what follows is about `text`.
    @inline(__always) mutating func reset(_ text: [UInt8]) {
        precondition(text.count < 1 << 31, "a name tells its offset in 31 bits")
        self.text = text
        if isUsed { empty() }
    }

    @inline(never) private mutating func empty() {
        isUsed = false
        names.removeAll(keepingCapacity: names.capacity <= Self.kept)
        unescaped.removeAll(keepingCapacity: unescaped.capacity <= Self.kept)
        escaped.removeAll(keepingCapacity: escaped.capacity <= Self.kept)
    }

    /// The name that stands, checked and with escapes, at `range` of the text.
    mutating func unescaping(_ range: Range<Int>) -> OpenName {
        isUsed = true
        let bytes = JSONString.unescaped(text.span.extracting(range))
        escaped.append((offset: UInt32(range.lowerBound - 1), start: UInt32(unescaped.count)))
        unescaped += bytes
        return OpenName(hash: OpenName.hash(of: bytes.span), escaped: escaped.count - 1, length: bytes.count)
    }

    /// The range in ``unescaped`` of a name written with escapes.
    func unescapedRange(of name: OpenName) -> Range<Int> {
        let start = Int(escaped[Int(name.index)].start)
        return start..<start + name.length
    }

    /// Adds a name to the innermost object; false if that is known to have it already. A large object knows only at its end.
    @inline(__always) mutating func insert(_ name: OpenName, into object: inout Object) -> Bool {
        let bit: UInt64 = 1 &<< UInt64((name.hash &* 0x9E37_79B1) >> 26)
        guard object.count < Self.small else {
            insertAmongMany(name, into: &object)
            return true
        }
        if object.seen & bit != 0, holds(name, object) { return false }
        object.seen |= bit
        object.few[object.count] = name
        object.count &+= 1
        return true
    }

    @inline(never) private mutating func insertAmongMany(_ name: OpenName, into object: inout Object) {
        isUsed = true
        if object.count == Self.small {
            object.first = names.count
            for index in object.few.indices { names.append(object.few[index]) }
        }
        names.append(name)
        object.count += 1
    }

    /// The innermost object ends. Returns where a repeated name is, if there is one.
    @inline(__always) mutating func close(_ object: Object) -> Int? {
        object.count > Self.small ? closeMany(from: object.first) : nil
    }

    @inline(never) private mutating func closeMany(from first: Int) -> Int? {
        defer { names.removeLast(names.count - first) }
        return repeatedName(from: first)
    }

    /// The first repetition in the text among the names from `first` on.
    private mutating func repeatedName(from first: Int) -> Int? {
        // Out of `self`, so that it is sorted where it is: a hostile message may have millions.
        var names: [OpenName] = []
        swap(&names, &self.names)
        defer { swap(&names, &self.names) }
        names[first...].sort { left, right in
            if left.hash != right.hash { return left.hash < right.hash }
            let (leftBytes, rightBytes) = (bytes(of: left), bytes(of: right))
            return leftBytes == rightBytes ? offset(of: left) < offset(of: right) : leftBytes.lexicographicallyPrecedes(rightBytes)
        }
        var repeated: Int?
        for (left, right) in zip(names[first...], names[(first + 1)...]) where areEqual(left, right) {
            repeated = min(repeated ?? .max, offset(of: right))
        }
        return repeated
    }

    /// Whether one of the object's few names reads the same.
    @inline(never) private func holds(_ name: OpenName, _ object: borrowing Object) -> Bool {
        // A span, because a subscript of the array copies all of it.
        let few = object.few.span
        for index in 0..<object.count where few[index].hash == name.hash && areEqual(few[index], name) { return true }
        return false
    }

    private func areEqual(_ left: OpenName, _ right: OpenName) -> Bool {
        left.hash == right.hash && bytes(of: left) == bytes(of: right)
    }

    private func bytes(of name: OpenName) -> ArraySlice<UInt8> {
        name.isEscaped ? unescaped[unescapedRange(of: name)] : text[name.range]
    }

    /// Bytes before its opening quote in the text.
    private func offset(of name: OpenName) -> Int { Int(name.isEscaped ? escaped[Int(name.index)].offset : name.index) }
}
