internal import Synchronization

/// A task that is begun later than its owner, and cancelled with it.
final class TaskBox: Sendable {
    private let task = Mutex<(task: Task<Void, Never>?, isCancelled: Bool)>((nil, false))

    /// Takes the task over; it is cancelled at once if the box was.
    func put(_ new: Task<Void, Never>) {
        let isCancelled = task.withLock { content in
            content.task = new
            return content.isCancelled
        }
        if isCancelled { new.cancel() }
    }

    /// Cancels the task, now or when it comes.
    func cancel() {
        let old = task.withLock { content in
            content.isCancelled = true
            return content.task
        }
        old?.cancel()
    }
}
