internal import ControlMessages
internal import NIOCore

/// What the connections of a server share. Lives on its event loop.
final class ServerCore {
    let executor: LoopExecutor
    let onChange: @Sendable (ChangeRecord) -> Void
    /// Of the Unix socket, also when it is made anew: its connections go on.
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
