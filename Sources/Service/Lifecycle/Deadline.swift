/// Runs `body`, and returns after `time` even if it has not ended by then; it is cancelled then, and nothing waits for it. Returns true if it ended.
///
/// For the steps of a stop: each has its time, and none may keep the process alive.
func within(_ time: Duration, _ body: @escaping @Sendable () async -> Void) async -> Bool {
    let (ends, continuation) = AsyncStream.makeStream(of: Bool.self)
    let work = Task {
        await body()
        continuation.yield(true)
    }
    let alarm = Task {
        try? await Task.sleep(for: time)
        continuation.yield(false)
    }
    defer {
        work.cancel()
        alarm.cancel()
        continuation.finish()
    }
    return await ends.first { _ in true } ?? false
}
