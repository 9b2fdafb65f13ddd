import Schedules
import Testing

@testable import Pipeline

@Suite("A dictionary of keys that know their hashes")
struct PrehashedDictionaryTests {
    private struct Key: Hashable, Prehashed {
        let number: Int
        let storedHash: Int
        static func == (left: Key, right: Key) -> Bool { left.number == right.number }
        func hash(into hasher: inout Hasher) { hasher.combine(number) }
    }

    @Test("It holds what Swift's dictionary holds, whatever is added and removed", arguments: [1, 3, 64, 1 << 40])
    func sameAsDictionary(hashes: Int) {
        var random = SplitMix(seed: UInt64(hashes))
        var expected: [Key: Int] = [:]
        var dictionary = PrehashedDictionary<Key, Int>()
        for step in 0..<20_000 {
            let number = Int.random(in: 0..<200, using: &random)
            // Few hashes: many keys share one, and clusters wrap around the end.
            let key = Key(number: number, storedHash: (number &* 0x2545_F491_4F6C_DD1D) % hashes)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: #expect(dictionary[key] == expected[key])
            case 1: #expect(dictionary.removeValue(forKey: key) == expected.removeValue(forKey: key))
            case 2: #expect(dictionary.updateValue(step, forKey: key) == expected.updateValue(step, forKey: key))
            default:
                let value = Bool.random(using: &random) ? step : nil
                dictionary[key] = value
                expected[key] = value
            }
            #expect(dictionary.count == expected.count)
        }
        let elements = dictionary.elements
        #expect(elements.count == expected.count)
        #expect(elements.allSatisfy { expected[$0.key] == $0.value })
    }

    @Test("An empty one holds nothing") func empty() {
        var dictionary = PrehashedDictionary<Key, Int>()
        let key = Key(number: 1, storedHash: -1)
        #expect(dictionary[key] == nil && dictionary.removeValue(forKey: key) == nil && dictionary.elements.isEmpty)
    }
}
