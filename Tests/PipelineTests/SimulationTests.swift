import Testing

@Suite("Random schedules under a virtual clock")
struct SimulationTests {
    /// A failing schedule is run again with `Simulation(seed: N).run()`.
    @Test("Nothing is lost, nothing is acknowledged early, and every document is what the model says, whatever fails")
    func schedules() async {
        for seed in 1...10_000 as ClosedRange<UInt64> {
            // Other tests wait for sockets on the same threads.
            await Task.yield()
            var simulation = Simulation(seed: seed)
            do {
                try simulation.run()
            } catch {
                Issue.record("Simulation(seed: \(seed)).run(): \(error)")
                return
            }
        }
    }
}
