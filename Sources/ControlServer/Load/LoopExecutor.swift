internal import ControlMessages
internal import NIOCore

/// Runs a task on an event loop's thread: what clients ask for is worked out there, not on the threads that Swift shares among all.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { [self] in unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
