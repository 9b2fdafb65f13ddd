/// One attribute name of an object that is open: what it reads, unescaped, and where it stands.
struct OpenName {
    /// Of the name as it reads.
    let hash: UInt32
    /// Bytes before its opening quote in the text.
    let offset: UInt32
    /// Where its bytes are: in the text, or, for a name written with escapes, in ``OpenNames/unescaped``.
    let start: UInt32
    /// How many bytes it reads.
    let length: UInt32
    /// Whether it was written with escapes.
    let isUnescaped: Bool

    /// Its bytes' places, in the text or in ``OpenNames/unescaped``.
    var range: Range<Int> { Int(start)..<Int(start) + Int(length) }

    /// The hash of a whole name.
    static func hash(of name: Span<UInt8>) -> UInt32 { hash(of: name, from: 0, to: name.count) }

    /// The hash of the name between two places of a text. Good enough to tell most names apart, which is all that is asked of it.
    @inline(__always) static func hash(of text: Span<UInt8>, from start: Int, to end: Int) -> UInt32 {
        var hash = UInt64(truncatingIfNeeded: end &- start)
        var place = start
        while place < end {
            let length = min(end &- place, 8)
            hash = (hash &<< 5 | hash &>> 59) ^ word(of: text, at: place, length: length)
            place &+= 8
        }
        return UInt32(truncatingIfNeeded: hash ^ hash &>> 32)
    }

    /// Up to eight bytes, the first one lowest, zeros above; the same whatever follows them in the text.
    @inline(__always) private static func word(of text: Span<UInt8>, at place: Int, length: Int) -> UInt64 {
        if place <= text.count - 8 { return text.word(at: place) & (UInt64.max &>> UInt64(64 &- 8 &* length)) }
        var word: UInt64 = 0
        for index in 0..<length { word |= UInt64(text[place &+ index]) &<< UInt64(8 &* index) }
        return word
    }
}

/// The attribute names of the objects that are open during a scan, innermost last: finds a name that comes twice in one object.
///
/// Names are compared as they read, not as they are written: `"a"` and `"\u0061"` are one name. The cost is bounded whatever the names are:
/// a small object compares each with those before it, a large one sorts them once at its end. Neither relies on the hash being good.
struct OpenNames {
    /// One object of the scan.
    struct Object {
        /// Its first name's place among all open ones.
        fileprivate let first: Int
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

    /// Forgets everything; what follows is about `text`.
    mutating func reset(_ text: [UInt8]) {
        self.text = text
        names.removeAll(keepingCapacity: names.capacity <= Self.kept)
        unescaped.removeAll(keepingCapacity: unescaped.capacity <= Self.kept)
    }

    /// The name that stands, checked and with escapes, at `range` of the text.
    mutating func unescaping(_ range: Range<Int>) -> OpenName {
        let bytes = JSONString.unescaped(text.span.extracting(range))
        defer { unescaped += bytes }
        return OpenName(
            hash: OpenName.hash(of: bytes.span), offset: UInt32(range.lowerBound - 1), start: UInt32(unescaped.count),
            length: UInt32(bytes.count), isUnescaped: true)
    }

    /// An object begins.
    func open() -> Object { Object(first: names.count) }

    /// Adds a name to the innermost object; false if that is known to have it already. A large object knows only at its end.
    @inline(__always) mutating func insert(_ name: OpenName, into object: inout Object) -> Bool {
        let bit: UInt64 = 1 << UInt64((name.hash &* 0x9E37_79B1) >> 26)
        if object.seen & bit != 0, names.count - object.first < Self.small, holds(name, from: object.first) { return false }
        object.seen |= bit
        names.append(name)
        return true
    }

    /// The innermost object ends. Returns where a name stands that it had already, if any.
    mutating func close(_ object: Object) -> Int? {
        defer { names.removeLast(names.count - object.first) }
        return names.count - object.first > Self.small ? repeatedName(from: object.first) : nil
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
            return leftBytes == rightBytes ? left.offset < right.offset : leftBytes.lexicographicallyPrecedes(rightBytes)
        }
        var repeated: Int?
        for (left, right) in zip(names[first...], names[(first + 1)...]) where areEqual(left, right) {
            repeated = min(repeated ?? .max, Int(right.offset))
        }
        return repeated
    }

    /// Whether one of the names from `first` on reads the same.
    private func holds(_ name: OpenName, from first: Int) -> Bool {
        for place in first..<names.count where names[place].hash == name.hash && areEqual(names[place], name) { return true }
        return false
    }

    private func areEqual(_ left: OpenName, _ right: OpenName) -> Bool {
        left.hash == right.hash && bytes(of: left) == bytes(of: right)
    }

    private func bytes(of name: OpenName) -> ArraySlice<UInt8> { name.isUnescaped ? unescaped[name.range] : text[name.range] }
}
