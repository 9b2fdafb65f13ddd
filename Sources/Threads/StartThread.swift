internal import CLinux
internal import Glibc

/// Runs `body`, which may block, on a new detached thread with a stack of ``ThreadStack/bytes``. A machine that has no thread left to give is one we
/// cannot work on: it traps.
public func startThread(named name: String, _ body: @escaping @Sendable () -> Void) {
    let start = unsafe Unmanaged.passRetained(ThreadStart(name: name, body: body))
    var thread = pthread_t()
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    let sizing = unsafe pthread_attr_setstacksize(&attributes, ThreadStack.bytes)
    precondition(sizing == 0, "pthread_attr_setstacksize failed: \(sizing)")
    defer { unsafe pthread_attr_destroy(&attributes) }
    // The new thread takes over the reference.
    let code = unsafe pthread_create(
        &thread, &attributes,
        { argument in
            guard let argument = unsafe argument else { return nil }
            let start = unsafe Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
            _ = unsafe clinux_name_thread(start.name)
            start.body()
            return nil
        }, start.toOpaque())
    precondition(code == 0, "pthread_create failed: \(code)")
    pthread_detach(thread)
}

private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

/// Runs a call that blocks (connecting, logging in, a name look-up) on a thread of its own, so that neither Swift's pool nor an actor stands still.
///
/// Cancellation does not reach the call: give it a timeout of its own.
public func onBlockingThread<Value: Sendable, Failure: Error>(
    named name: String, _ call: @escaping @Sendable () throws(Failure) -> Value
) async throws(Failure) -> Value {
    let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
        startThread(named: name) {
            do throws(Failure) {
                continuation.resume(returning: .success(try call()))
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
    }
    return try result.get()
}
