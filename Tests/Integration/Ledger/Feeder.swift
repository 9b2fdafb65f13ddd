import Broker
import Settings

/// Publishes messages until each is confirmed, and records them in the model.
///
/// A message whose publication has no known outcome is published again, so it may be in its queue twice.
struct Feeder: Sendable {
    private static let part = 250
    /// No broker is away longer; a longer wait is a defect that a test should report.
    private static let longestOutage: Duration = .seconds(180)
    /// Persistent (delivery-mode 2), and nothing else.
    private static let properties: [UInt8] = [0x10, 0x00, 2]

    private let publisher: Publisher
    private let model: Box<LedgerModel>
    private let route: @Sendable (LedgerMessage) -> (exchange: String, routingKey: String)
    /// Publications that had to be repeated.
    let repeated = Box(0)

    /// `route` says where a message goes; by default, straight to its queue.
    init(
        settings: RabbitMQSettings, model: Box<LedgerModel>,
        route: @escaping @Sendable (LedgerMessage) -> (exchange: String, routingKey: String) = { ("", $0.queue.name) }
    ) {
        publisher = Publisher(settings: settings)
        self.model = model
        self.route = route
    }

    /// Returns when RabbitMQ has them all. One call at a time.
    func publish(_ messages: [LedgerMessage]) async throws {
        for part in MessageScript.parts(messages, most: Self.part) {
            var pending = part
            let deadline = ContinuousClock.now + Self.longestOutage
            while true {
                let results = await publisher.publish(pending.map(publication))
                pending = zip(pending, results).compactMap { message, result in (try? result.get()) == nil ? message : nil }
                guard !pending.isEmpty else { break }
                if .now > deadline { throw Unpublished(results: results.map { "\($0)" }) }
                let count = pending.count
                repeated.update { $0 += count }
                try await Task.sleep(for: .milliseconds(100))
            }
            model.update { model in
                for message in part { model.publish(message) }
            }
        }
    }

    func close() async { await publisher.close() }

    private struct Unpublished: Error { let results: [String] }

    private func publication(_ message: LedgerMessage) -> Publication {
        let (exchange, routingKey) = route(message)
        return Publication(
            exchange: exchange, routingKey: routingKey, body: [UInt8](message.body.utf8)[...], encodedProperties: Self.properties[...],
            headers: [])
    }
}
