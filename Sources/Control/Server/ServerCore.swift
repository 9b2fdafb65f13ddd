internal import NIOCore

/// What the connections of a server share. Lives on its event loop.
final class ServerCore {
    let limits: ServerLimits
    let load: ServerLoad
    let executor: LoopExecutor
    let onChange: @Sendable (ChangeRecord) -> Void

    init(limits: ServerLimits, loop: any EventLoop, onChange: @escaping @Sendable (ChangeRecord) -> Void) {
        self.limits = limits
        load = ServerLoad(limits: limits)
        executor = LoopExecutor(loop: loop)
        self.onChange = onChange
    }
}
