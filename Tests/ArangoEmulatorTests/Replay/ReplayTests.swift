import Testing

@testable import ArangoEmulator

/// What a real server answered, asked again of the emulator.
@Suite("Recorded exchanges", .serialized)
struct ReplayTests {
    @Test("All 142 recorded exchanges can be read and have a replay")
    func completeness() throws {
        #expect(try Transcripts.exchanges().count == 142)
        #expect(try Transcripts.examples().flatMap(\.exchanges).count == 142)
    }

    @Test("The answer is the recorded one", arguments: try Transcripts.examples())
    func answers(example: Example) async throws {
        for (exchange, answer) in try await replay(example) {
            let comparison = try Comparison(exchange, answer, differences: KnownDifference.all)
            #expect(comparison.mismatches == [], "\(exchange.name) (\(exchange.server))")
        }
    }

    @Test("Every known difference is still one: without it an answer disagrees", arguments: KnownDifference.all)
    func differencesAreNeeded(difference: KnownDifference) async throws {
        let others = KnownDifference.all.filter { $0.reason != difference.reason }
        var mismatches: [String] = []
        for example in try Transcripts.examples() where example.exchanges.contains(where: difference.applies) {
            for (exchange, answer) in try await replay(example, differences: others) {
                mismatches += try Comparison(exchange, answer, differences: others).mismatches
            }
        }
        #expect(!mismatches.isEmpty)
    }

    private func replay(
        _ example: Example, differences: [KnownDifference] = KnownDifference.all
    ) async throws -> [(exchange: Exchange, answer: ReceivedAnswer)] {
        let target = try await Target.open(for: example)
        var replay = Replay(target: target)
        do {
            var answers: [(exchange: Exchange, answer: ReceivedAnswer)] = []
            for exchange in example.exchanges {
                let setup = differences.filter { $0.applies(to: exchange) }.flatMap(\.setup)
                answers.append((exchange, try await replay.answer(to: exchange, extraSetup: setup)))
            }
            await target.close()
            return answers
        } catch {
            await target.close()
            throw error
        }
    }
}

extension KnownDifference {
    fileprivate var setup: [JSONObject] {
        if case .setUp(let operations) = effect { operations } else { [] }
    }
}
