package import ControlMessages
internal import NIOCore

/// What the connections of a server share. Lives on its event loop.
final class ServerCore {
    let executor: LoopExecutor
    let onChange: @Sendable (ChangeRecord) -> Void
    /// Of the Unix socket, also when it is created again: its connections stay open.
    let control: ListenerLoad
    /// Of TCP.
    let network: ListenerLoad

    init(
        limits: ServerLimits, networkLimits: ServerLimits = .network, loop: any EventLoop,
        onChange: @escaping @Sendable (ChangeRecord) -> Void
    ) {
        (control, network) = (ListenerLoad(limits: limits), ListenerLoad(limits: networkLimits))
        executor = LoopExecutor(loop: loop)
        self.onChange = onChange
    }
}

/// One listener, as its connections see it.
struct ListenerContext {
    let core: ServerCore
    let load: ListenerLoad
    let limits: ServerLimits
    let router: Router
    let service: ControlService
    let hosts: HostRule
}

/// Runs a task on an event loop's thread: requests are handled there, not on the threads that Swift shares among all.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { [self] in unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}

/// One attempted change: the peer, the request and its result. The service logs each.
package struct ChangeRecord: Sendable, Equatable {
    /// The peer that asked.
    package let peer: Peer
    /// Such as `POST`.
    package let method: String
    /// The path, such as `/v1/processors/company-sync/pause`.
    package let path: String
    /// The status it was answered with; below 400: it was done.
    package let status: Int
    /// What the answer said, if it was not done.
    package let error: ControlError?
}
