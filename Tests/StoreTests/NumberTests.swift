import FoundationEssentials
import Testing

@testable import Store

@Suite("Numbers that the database tells") struct NumberTests {
    @Test(
        "A number of documents is one, and no more than can be counted with",
        arguments: [
            ("[0]", 0), ("[12]", 12), ("[9007199254740992]", 1 << 53), ("[-1]", nil), ("[9223372036854775807]", nil), ("[]", nil),
            ("[1,2]", nil),
        ] as [(String, Int?)])
    func counts(rows: String, expected: Int?) throws {
        let answer = try JSONDecoder().decode(CursorAnswer<Int>.self, from: Data("{\"result\":\(rows),\"hasMore\":false}".utf8))
        #expect((try? answer.count.get()) == expected)
    }

    @Test(
        "A clock that shows no time is none",
        arguments: [(1000.0, 0.0), (1000.5, 0.5), (-1000.0, -2000), (1e300, nil), (-1e300, nil), (1e12, nil)] as [(Double, Double?)])
    func clock(time: Double, expected: Double?) {
        #expect(TimeAnswer(time: time).ahead(of: 1000) == expected.map { .seconds($0) })
    }
}
