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

/// Runs a call that blocks (connecting, logging in, a name look-up) on a thread of its own, so that neither Swift's pool nor an actor stalls.
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

/// The stack of a thread. Without it glibc gives what `ulimit -s` says in the shell that starts the process: 256 kB there would end the daemon at the
/// first deep call, and `unlimited` means 2 MiB.
public enum ThreadStack {
    /// What it holds. Only what is used of it becomes memory.
    public static let bytes = 8 << 20

    /// Gives the same to threads that others start from now on and leave the size open: Swift's own pool (libdispatch), the event loops of NIO, and
    /// libcurl's name look-ups. To be called before there is another thread. The main thread's stack is the kernel's business, so nothing runs there.
    public static func setForAllThreads() {
        let code = clinux_set_default_stack(bytes)
        precondition(code == 0, "pthread_setattr_default_np failed: \(code)")
    }
}
