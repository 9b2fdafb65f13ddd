/// `POST /v1/stop`: the stop has begun.
package struct StopReply: Codable, Sendable, Equatable {
    /// Deliveries to finish, or to return to RabbitMQ.
    package var held: Int

    /// A reply with what is held.
    package init(held: Int) { self.held = held }
}
