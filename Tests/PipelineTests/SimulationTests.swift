import Glibc
import Testing

@Suite("Random schedules under a virtual clock")
struct SimulationTests {
    /// `WARREN_SCHEDULES` runs more of them.
    private static let count = unsafe getenv("WARREN_SCHEDULES").flatMap { unsafe UInt64(String(cString: $0)) } ?? 3_000

    /// A failing schedule is run again with `Simulation(seed: N).run()`.
    @Test(
        "Nothing is lost, nothing is acknowledged early or before others were told, and every document is what the model says, whatever fails"
    )
    func schedules() async {
        var reconfigurations = 0
        for seed in 1...Self.count {
            // Other tests wait for sockets on the same threads.
            await Task.yield()
            var simulation = Simulation(seed: seed)
            do {
                try simulation.run()
                reconfigurations += simulation.reconfigurations
            } catch {
                Issue.record("Simulation(seed: \(seed)).run(): \(error)")
                return
            }
        }
        #expect(reconfigurations > Int(Self.count), "places were given out anew, about two times in a schedule")
    }
}
