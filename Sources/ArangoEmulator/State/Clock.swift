/// A document revision: a hybrid logical clock's time stamp, opaque to clients (ArangoDB.md section 7).
struct Revision: Sendable, Equatable {
    /// Milliseconds since 1970 in the upper 44 bits, a counter in the lower 20.
    var stamp: UInt64

    private static let alphabet = Array("-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

    /// `_l6zhVTW---`: eleven digits to the base 64, the most significant first.
    var text: String {
        var digits: [UInt8] = []
        digits.reserveCapacity(11)
        append(to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }

    func append(to bytes: inout [UInt8]) {
        for shift in stride(from: 60, through: 0, by: -6) {
            bytes.append(Self.alphabet[Int(truncatingIfNeeded: stamp >> UInt64(shift)) & 63])
        }
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}

/// Makes revisions and ids that only rise. Real time is given from outside, so a test decides what time it is.
struct Clock: Sendable {
    private var lastStamp: UInt64 = 0
    private var lastID: UInt64 = 70_000
    /// Milliseconds since 1970.
    var now: UInt64

    init(now: UInt64) { self.now = now }

    mutating func revision() -> Revision {
        lastStamp = max(lastStamp + 1, now << 20)
        return Revision(stamp: lastStamp)
    }

    /// For collections, indexes and generated keys: digits that rise.
    mutating func id() -> UInt64 {
        lastID += 1
        return lastID
    }
}
