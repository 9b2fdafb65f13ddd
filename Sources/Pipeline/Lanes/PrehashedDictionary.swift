/// A key that was hashed when it was made.
protocol Prehashed: Equatable {
    /// Of a seeded hash function, because whoever publishes chooses the keys. Equal keys have equal hashes.
    var storedHash: Int { get }
}

/// A dictionary that takes its keys' own hashes: each message adds a key and removes it, and hashing it anew would be most of that.
///
/// Open addressing with linear probing. What is removed leaves no mark: those behind it move up, so that a lookup ends at the first free bucket.
struct PrehashedDictionary<Key: Prehashed, Value> {
    private struct Element {
        let key: Key
        var value: Value
    }

    /// A power of two, at most three quarters of them taken.
    private var buckets: [Element?] = []
    /// The hash of each bucket's key, so that others are passed over without a look at them.
    private var hashes: [Int] = []
    /// How many keys it holds.
    private(set) var count = 0

    /// All keys and their values, in no particular order. A copy: the dictionary may change meanwhile.
    var elements: [(key: Key, value: Value)] { buckets.compactMap { $0.map { ($0.key, $0.value) } } }

    /// The value of `key`.
    subscript(key: Key) -> Value? {
        get { bucket(of: key).flatMap { buckets[$0]?.value } }
        set { if let newValue { updateValue(newValue, forKey: key) } else { removeValue(forKey: key) } }
    }

    /// Sets the value of `key`. Returns the one that it had.
    @discardableResult
    mutating func updateValue(_ newValue: Value, forKey key: Key) -> Value? {
        var value = newValue
        if (count &+ 1) &* 4 > buckets.count &* 3 { grow() }
        let hash = key.storedHash
        var index = home(of: hash)
        while buckets[index] != nil {
            if hashes[index] == hash, buckets[index]!.key == key {
                swap(&buckets[index]!.value, &value)
                return value
            }
            index = next(index)
        }
        buckets[index] = Element(key: key, value: value)
        hashes[index] = hash
        count &+= 1
        return nil
    }

    /// Removes `key`. Returns its value.
    @discardableResult
    mutating func removeValue(forKey key: Key) -> Value? {
        guard var free = bucket(of: key) else { return nil }
        let removed = buckets[free]?.value
        count &-= 1
        var index = next(free)
        while buckets[index] != nil {
            // It moves up unless its home is behind the free bucket: then it would not be found there.
            if distance(from: home(of: hashes[index]), to: index) >= distance(from: free, to: index) {
                buckets.swapAt(free, index)
                hashes[free] = hashes[index]
                free = index
            }
            index = next(index)
        }
        buckets[free] = nil
        return removed
    }

    private func bucket(of key: Key) -> Int? {
        guard count > 0 else { return nil }
        let hash = key.storedHash
        var index = home(of: hash)
        while buckets[index] != nil {
            if hashes[index] == hash, buckets[index]!.key == key { return index }
            index = next(index)
        }
        return nil
    }

    private func home(of hash: Int) -> Int { hash & (buckets.count &- 1) }
    private func next(_ index: Int) -> Int { (index &+ 1) & (buckets.count &- 1) }
    private func distance(from first: Int, to second: Int) -> Int { (second &- first) & (buckets.count &- 1) }

    private mutating func grow() {
        let old = elements
        let size = max(16, buckets.count * 2)
        buckets = Array(repeating: nil, count: size)
        hashes = Array(repeating: 0, count: size)
        count = 0
        for element in old { updateValue(element.value, forKey: element.key) }
    }
}
