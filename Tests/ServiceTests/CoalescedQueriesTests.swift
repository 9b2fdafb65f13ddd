import Synchronization
import Testing

@testable import Service

@Suite("Looks that many ask for") struct PacedLooksTests {
    @Test("Each is answered what it asked, from a look that began after it asked; a question is put once for all who wait")
    func answers() async {
        let paced = CoalescedQueries<Int, (value: Int, began: ContinuousClock.Instant)> { queries in
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

    @Test("However many ask, a look of 5 ms is followed by a pause of 95 ms") func share() async throws {
        let count = Mutex(0)
        let paced = CoalescedQueries { () async -> Int in
            try? await Task.sleep(for: .milliseconds(5))
            return count.withLock { count in
                count += 1
                return count
            }
        }
        let began = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<40 { group.addTask { for _ in 0..<10 { _ = await paced.answer() } } }
        }
        let looks = count.withLock(\.self)
        #expect(looks >= 10)
        #expect(looks <= Int((ContinuousClock.now - began) / .milliseconds(100)) + 2)
    }
}
