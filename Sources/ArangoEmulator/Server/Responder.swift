/// Answers the requests of one connection, each after the one before. Lives on the connection's event loop.
protocol Responder {
    /// Calls `react` once, at once or later, on the event loop.
    func respond(to request: Request, then react: @escaping (Reaction) -> Void)
    /// The client has gone, perhaps before it was answered.
    func connectionClosed()
}

/// The emulator's: it knows the answer at once.
struct EmulatorResponder: Responder {
    let state: SharedState
    /// Which of the coordinators the connection came to.
    let coordinator: Int

    func respond(to request: Request, then react: @escaping (Reaction) -> Void) {
        var request = request
        request.coordinator = coordinator
        react(state.respond(to: request))
    }

    func connectionClosed() {}
}
