import Glibc
import Testing

@Suite("Random edge sets under a virtual clock")
struct EdgeSimulationTests {
    /// `WARREN_EDGE_SCHEDULES` runs more of them; 20,000 take some minutes.
    private static let count = unsafe getenv("WARREN_EDGE_SCHEDULES").flatMap { unsafe UInt64(String(cString: $0)) } ?? 1_000

    /// A failing schedule is run again with `EdgeSimulation(seed: N).run()`.
    @Test("Edges end equal to the model, whatever crashes between a document, its edges and their removal, and whichever instance writes")
    func schedules() async {
        for seed in 1...Self.count {
            // Other tests wait for sockets on the same threads.
            await Task.yield()
            var simulation = EdgeSimulation(seed: seed)
            do {
                try simulation.run()
            } catch {
                Issue.record("EdgeSimulation(seed: \(seed)).run(): \(error)")
                return
            }
        }
    }
}
