internal import CRabbitMQ

/// Owns one `amqp_connection_state_t`. librabbitmq takes no locks: only one thread may use it at a time.
@safe struct ConnectionHandle: ~Copyable {
    private let state: amqp_connection_state_t

    /// `nil` if there is no memory.
    init?() {
        guard let state = unsafe amqp_new_connection() else { return nil }
        unsafe self.state = state
    }

    /// Closes the socket as well, so that an error path which drops the handle leaks nothing.
    deinit { _ = unsafe amqp_destroy_connection(state) }

    borrowing func withState<Value: ~Copyable, Failure: Error>(
        _ body: (amqp_connection_state_t) throws(Failure) -> Value
    ) throws(Failure) -> Value { try unsafe body(state) }
}
