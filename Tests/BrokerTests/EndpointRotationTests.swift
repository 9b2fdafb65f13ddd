import Settings
import Testing

@testable import Broker

@Suite("Endpoints one after the other")
struct EndpointRotationTests {
    @Test("All endpoints are tried in order at once, then round again after a wait")
    func rotation() {
        var rotation = EndpointRotation(count: 3)
        var (indices, waits): ([Int], [Duration]) = ([], [])
        for _ in 0..<6 {
            indices.append(rotation.current)
            waits.append(rotation.failed(random: 1))
        }
        #expect(indices == [0, 1, 2, 0, 1, 2])
        #expect(waits == [.zero, .zero, .milliseconds(500), .zero, .zero, .seconds(1)])
    }

    @Test("In another order for each round, all endpoints are tried all the same")
    func shuffled() {
        var rotation = EndpointRotation(count: 4, arrange: RabbitMQSettings.EndpointOrder.shuffled.arrange)
        var firsts: Set<Int> = []
        for _ in 0..<200 {
            firsts.insert(rotation.current)
            var round: Set<Int> = []
            for _ in 0..<4 {
                round.insert(rotation.current)
                _ = rotation.failed(random: 1)
            }
            #expect(round == [0, 1, 2, 3])
        }
        #expect(firsts == [0, 1, 2, 3])
    }

    @Test("A lost connection is sought from the first endpoint on, and not at once")
    func lost() {
        var rotation = EndpointRotation(count: 2)
        _ = rotation.failed(random: 1)
        rotation.succeeded()
        #expect(rotation.current == 1)
        #expect(rotation.lost(after: .zero, random: 1) == EndpointRotation.firstWait)
        #expect(rotation.current == 0)
    }

    @Test("Waits grow from one short connection to the next, however well it began, and start small after a long one")
    func unsteady() {
        var rotation = EndpointRotation(count: 1)
        func lose(after time: Duration) -> Duration {
            rotation.succeeded()
            return rotation.lost(after: time, random: 1)
        }
        #expect(lose(after: .seconds(1)) == EndpointRotation.firstWait)
        #expect(lose(after: .seconds(1)) == EndpointRotation.firstWait * 2)
        #expect(lose(after: .seconds(9)) == min(EndpointRotation.longestWait, EndpointRotation.firstWait * 4))
        #expect(lose(after: EndpointRotation.steadyTime) == EndpointRotation.firstWait)
    }

    @Test("A connection lost before it was of use counts as a failure: the next endpoint, and growing waits")
    func lostBeforeUse() {
        var rotation = EndpointRotation(count: 2)
        #expect(rotation.lost(after: .zero, random: 1) == .zero)
        #expect(rotation.current == 1)
        #expect(
            (0..<4).map { _ in rotation.lost(after: .zero, random: 1) } == [
                EndpointRotation.firstWait, .zero, EndpointRotation.firstWait * 2, .zero,
            ])
        rotation.succeeded()
        #expect(rotation.lost(after: EndpointRotation.steadyTime, random: 1) == EndpointRotation.firstWait)
        #expect(rotation.lost(after: .zero, random: 1) == .zero, "the one of use was lost already")
    }
}
