/// `warren stop`: a stop that is asked for from inside the process.
final class StopRequest: Sendable {
    private let (asked, continuation) = AsyncStream.makeStream(of: Void.self)

    /// Asks for it; more than once makes no difference.
    func ask() { continuation.finish() }

    /// Returns when it was asked for, or when `other` returns. Called once.
    func wait(or other: @escaping @Sendable () async -> Void) async {
        Task {
            await other()
            continuation.finish()
        }
        for await _ in asked {}
    }
}
