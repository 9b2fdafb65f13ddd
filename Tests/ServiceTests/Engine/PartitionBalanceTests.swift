import Schedules
import Testing

@testable import Service

@Suite("Sharing partitions out")
struct PartitionBalanceTests {
    private let start = ContinuousClock.now

    @Test(
        "Nothing is handed over by who has no more than the share, or is alone",
        arguments: [
            (held: 4, instances: 3), (held: 3, instances: 4), (held: 12, instances: 1), (held: 0, instances: 2), (held: 3, instances: 5),
        ])
    func atRest(held: Int, instances: Int) {
        var balance = PartitionBalance()
        for second in 0..<100 {
            let look = balance.look(
                held: Array(0..<held), partitions: 12, instances: instances, random: 0.5, now: start + .seconds(second))
            #expect(look.isEmpty)
        }
    }

    @Test("Too many are handed over after a while; if it is over before, none is")
    func patience() {
        var balance = PartitionBalance()
        func looks(_ seconds: Range<Int>, held: Int) -> Int {
            seconds.count {
                !balance.look(held: Array(0..<held), partitions: 12, instances: 2, random: 0.5, now: start + .seconds($0)).isEmpty
            }
        }
        #expect(looks(0..<5, held: 12) == 0)
        #expect(looks(5..<6, held: 6) == 0)
        #expect(looks(6..<11, held: 12) == 0, "it begins anew")
        #expect(looks(11..<31, held: 12) == 20)
    }

    @Test("Half of what is too much is handed over at a time, and what came last goes first")
    func halves() {
        var balance = PartitionBalance()
        var held = Array(0..<12)
        var steps: [[Int]] = []
        for second in 0..<20 {
            let handed = balance.look(held: held, partitions: 12, instances: 3, random: 0.5, now: start + .seconds(second))
            held.removeAll(where: handed.contains)
            if !handed.isEmpty { steps.append(handed) }
        }
        #expect(steps == [[8, 9, 10, 11], [6, 7], [5], [4]])
    }

    /// RabbitMQ's side: the instances that wait for each partition, in order; the first one has it.
    private struct World {
        var lines: [[Int]]
        var balances: [Int: PartitionBalance] = [:]
        var generator: SplitMix
        var handOvers = 0

        init(partitions: Int, seed: UInt64) {
            lines = Array(repeating: [], count: partitions)
            generator = SplitMix(seed: seed)
        }

        mutating func join(_ instance: Int) {
            balances[instance] = PartitionBalance()
            for index in lines.indices { lines[index].append(instance) }
        }

        mutating func leave(_ instance: Int) {
            balances[instance] = nil
            for index in lines.indices { lines[index].removeAll { $0 == instance } }
        }

        func held(by instance: Int) -> [Int] { lines.indices.filter { lines[$0].first == instance } }

        mutating func look(at now: ContinuousClock.Instant) {
            for instance in balances.keys.sorted() {
                let random = generator.unit()
                let (held, instances, partitions) = (held(by: instance), balances.count, lines.count)
                let numbers = balances[instance]?.look(
                    held: held, partitions: partitions, instances: instances, random: random, now: now)
                for number in numbers ?? [] {
                    handOvers += 1
                    lines[number].append(lines[number].removeFirst())
                }
            }
        }
    }

    @Test("However many instances come and go, all have their share after a while, and nothing moves any more", arguments: 0..<16)
    func converges(seed: Int) {
        var random = SplitMix(seed: UInt64(seed))
        let partitions = Int.random(in: 1...48, using: &random)
        var world = World(partitions: partitions, seed: UInt64(seed) &+ 1000)
        var now = start
        var next = 0
        for _ in 0..<4 {
            let present = world.balances.keys.sorted()
            if present.count > 1, Bool.random(using: &random) {
                world.leave(present[Int.random(in: 0..<present.count, using: &random)])
            } else {
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    world.join(next)
                    next += 1
                }
            }
            let before = world.handOvers
            for _ in 0..<400 {
                now += .seconds(1)
                world.look(at: now)
            }
            let share = PartitionBalance.share(of: partitions, instances: world.balances.count)
            for instance in world.balances.keys { #expect(world.held(by: instance).count <= share) }
            #expect(world.handOvers - before <= partitions * world.balances.count, "no partition goes round more than once or so")
            let rest = world.handOvers
            for _ in 0..<100 {
                now += .seconds(1)
                world.look(at: now)
            }
            #expect(world.handOvers == rest)
        }
    }
}
