import Synchronization
import Testing

@testable import Service

@Suite("Looks that many ask for") struct PacedLooksTests {
    @Test("Each is answered what it asked, from a look that began after it asked; a question is put once for all who wait")
    func answers() async {
        let paced = PacedLooks<Int, (value: Int, began: ContinuousClock.Instant)> { queries in
            let began = ContinuousClock.now
            return Dictionary(uniqueKeysWithValues: queries.map { ($0, ($0 * $0, began)) })
        }
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<2000 {
                group.addTask {
                    let asked = ContinuousClock.now
                    let answer = await paced.answer(number % 50)
                    return answer.value == (number % 50) * (number % 50) && answer.began >= asked
                }
            }
            for await isRight in group { #expect(isRight) }
        }
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
