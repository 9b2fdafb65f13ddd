import Synchronization
import Testing

@testable import Service

@Suite("Looks that many ask for") struct PacedLooksTests {
    @Test("Each is answered what it asked, from a look that began after it asked; all who wait share one")
    func answers() async {
        let looks = Mutex<[[Int]]>([])
        let clock = Atomic<Int>(0)
        let paced = PacedLooks<Int, (value: Int, began: Int)> { queries in
            let began = clock.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
            looks.withLock { $0.append(queries) }
            return Dictionary(uniqueKeysWithValues: queries.map { ($0, ($0 * $0, began)) })
        }
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<2000 {
                group.addTask {
                    let asked = clock.load(ordering: .sequentiallyConsistent)
                    let answer = await paced.answer(number % 50)
                    return answer.value == (number % 50) * (number % 50) && answer.began > asked
                }
            }
            for await isRight in group { #expect(isRight) }
        }
        // The same question is put once.
        #expect(looks.withLock { $0.allSatisfy { Set($0).count == $0.count } })
    }

    @Test("However many ask, looks take a small share of the time") func share() async throws {
        let busy = Mutex((count: 0, spent: Duration.zero))
        let paced = PacedLooks { () async -> Int in
            let began = ContinuousClock.now
            // As a thread would that is kept busy.
            while ContinuousClock.now - began < .milliseconds(2) {}
            return busy.withLock {
                $0.count += 1
                $0.spent += .now - began
                return $0.count
            }
        }
        let began = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<40 {
                group.addTask { while ContinuousClock.now - began < .seconds(2) { _ = await paced.answer() } }
            }
        }
        let (count, spent) = busy.withLock { $0 }
        #expect(count > 1)
        // The twentieth part, and one look at each end.
        #expect(spent <= (ContinuousClock.now - began) / 10)
    }
}
