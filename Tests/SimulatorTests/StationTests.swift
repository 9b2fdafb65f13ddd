import Glibc
import Schedules
import Simulator
import Testing

/// The station against results that are known exactly.
@Suite("A queue before some servers")
struct StationTests {
    /// The mean wait of 100,000 pieces of work; `work` returns how long each takes.
    private func meanWait(servers: Int, arrivals rate: Double, seed: UInt64 = 1, work: (inout SplitMix) -> Seconds) -> Seconds {
        var random = SplitMix(seed: seed), station = Station(servers: servers), waits = Samples()
        var now: Seconds = 0
        for _ in 0..<100_000 {
            now += random.exponential(mean: 1 / rate)
            waits.add(station.serve(at: now, for: work(&random)).start - now)
        }
        return waits.mean
    }

    @Test("One server, random work: the mean wait is ρ / (μ − λ) (M/M/1)", arguments: [0.3, 0.5, 0.8, 0.9])
    func oneServer(load: Double) {
        let wait = meanWait(servers: 1, arrivals: load) { $0.exponential(mean: 1) }
        #expect(abs(wait / (load / (1 - load)) - 1) < 0.1)
    }

    @Test("One server, equal work: half of that (Pollaczek and Khinchine, M/D/1)", arguments: [0.5, 0.8, 0.9])
    func equalWork(load: Double) {
        let wait = meanWait(servers: 1, arrivals: load) { _ in 1 }
        #expect(abs(wait / (load / (1 - load) / 2) - 1) < 0.1)
    }

    @Test("Several servers: who waits is told by Erlang's C formula (M/M/c)", arguments: [(2, 0.8), (4, 0.8), (16, 0.9)])
    func severalServers(servers: Int, load: Double) {
        let offered = load * Double(servers)
        var term = 1.0, sum = 1.0
        for count in 1..<servers {
            term *= offered / Double(count)
            sum += term
        }
        let last = term * offered / Double(servers) / (1 - load)
        let expected = last / (sum + last) / (Double(servers) - offered)
        let wait = meanWait(servers: servers, arrivals: offered) { $0.exponential(mean: 1) }
        #expect(abs(wait / expected - 1) < 0.1)
    }

    @Test("Its servers work at the same time, and the next work waits for the first that is free")
    func turns() {
        var station = Station(servers: 2)
        #expect(station.serve(at: 0, for: 3) == Station.Turn(start: 0, end: 3))
        #expect(station.serve(at: 0, for: 1) == Station.Turn(start: 0, end: 1))
        #expect(station.serve(at: 0.5, for: 1) == Station.Turn(start: 1, end: 2))
        #expect(station.serve(at: 5, for: 1) == Station.Turn(start: 5, end: 6))
        #expect(station.utilization(until: 6) == 0.5)
    }
}
