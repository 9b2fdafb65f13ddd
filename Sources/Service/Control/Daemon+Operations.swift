internal import Control
internal import Logging
internal import Pipeline

extension Daemon {
    /// What the control socket may ask of this service.
    func operations(_ context: ControlContext) -> ControlOperations {
        ControlOperations(
            status: StatusOperations(
                report: { await status.report(engine, logLevel: context.threshold.level.rawValue, version: context.version) },
                health: { status.health }),
            processors: ProcessorOperations(
                pause: { name throws(ControlError) in throw .conflict("pause \(name)") },
                resume: { name throws(ControlError) in throw .conflict("pause \(name)") },
                drain: { name throws(ControlError) in throw .conflict("pause \(name)") }),
            service: ServiceOperations(
                reload: { () throws(ControlError) in throw .conflict("reload") },
                logLevel: { context.threshold.level.rawValue },
                setLogLevel: { name throws(ControlError) in
                    guard let level = Logger.Level(rawValue: name) else {
                        throw .badRequest("level must be one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
                    }
                    context.threshold.level = level
                },
                stop: {
                    let held = await engine.pipeline.snapshot().held
                    stopRequest.ask()
                    return StopReply(held: held)
                }))
    }
}
