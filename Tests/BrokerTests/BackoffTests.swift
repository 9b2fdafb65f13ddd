import Settings
import Testing

@testable import Broker

@Suite("Waiting between attempts")
struct BackoffTests {
    @Test("Waits double up to the longest one, and start small after a success")
    func growth() {
        var backoff = Backoff()
        let waits = (0..<10).map { _ in backoff.next(random: 1) }
        #expect(waits.prefix(3) == [.milliseconds(500), .seconds(1), .seconds(2)])
        #expect(waits.suffix(3) == [Backoff.longest, Backoff.longest, Backoff.longest])
        backoff.reset()
        #expect(backoff.next(random: 1) == Backoff.first)
    }

    @Test("Jitter takes up to half of a wait")
    func jitter() {
        var (least, most) = (Backoff(), Backoff())
        #expect(least.next(random: 0) == Backoff.first / 2)
        #expect(most.next(random: 1) == Backoff.first)
    }

    @Test("All endpoints are tried in order at once, then round again after a wait")
    func rotation() {
        var rotation = EndpointRotation(count: 3)
        var (places, waits): ([Int], [Duration]) = ([], [])
        for _ in 0..<6 {
            places.append(rotation.current)
            waits.append(rotation.failed(random: 1))
        }
        #expect(places == [0, 1, 2, 0, 1, 2])
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
        #expect(rotation.lost(random: 1) == Backoff.first)
        #expect(rotation.current == 0)
    }

    @Test("A connection lost before it was of use counts as a failure: the next endpoint, and growing waits")
    func lostBeforeUse() {
        var rotation = EndpointRotation(count: 2)
        #expect(rotation.lost(random: 1) == .zero)
        #expect(rotation.current == 1)
        #expect((0..<4).map { _ in rotation.lost(random: 1) } == [Backoff.first, .zero, Backoff.first * 2, .zero])
        rotation.succeeded()
        #expect(rotation.lost(random: 1) == Backoff.first)
        #expect(rotation.lost(random: 1) == .zero, "the one of use was lost already")
    }
}
