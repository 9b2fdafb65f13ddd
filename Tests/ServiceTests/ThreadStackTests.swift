import CLinux
import Testing
import Threads

/// Does nothing between jobs but wait a moment for the next one.
private struct LightSleeper: Sleeper {
    func sleep(hasJobs: Bool) { if !hasJobs { usleep(1000) } }
    func wake() {}
}

@Suite("The stack of a thread")
struct ThreadStackTests {
    @Test("Is as large as it is said to be, on a thread for one call and on one for actors")
    func size() async {
        #expect(await onBlockingThread(named: "measured") { clinux_own_stack() } == ThreadStack.bytes)
        let thread = ActorThread(name: "measured", sleeper: LightSleeper())
        defer { thread.end() }
        #expect(await Task(executorPreference: thread) { clinux_own_stack() }.value == ThreadStack.bytes)
    }
}
