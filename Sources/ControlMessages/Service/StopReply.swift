/// `POST /v1/stop`: the stop has begun.
public struct StopReply: Codable, Sendable, Equatable {
    /// Deliveries to finish, or to return to RabbitMQ.
    public var held: Int

    /// A reply with what is held.
    public init(held: Int) { self.held = held }
}
