import ControlMessages
import Messages
import Settings
import Testing
import Waiting

@testable import Broker
@testable import Service

/// Dead letters of `updated`, as the service would have parked them.
extension World {
    /// Puts messages with these reasons into the dead-letter queue of `updated`.
    func park(
        _ reasons: [String], queue: String? = nil, body: (Int) -> [UInt8] = { Array("message \($0)".utf8) },
        letter: (Int) -> String? = { _ in nil }
    ) async throws {
        let publisher = Publisher(settings: settings.rabbitmq)
        let results = await publisher.publish(
            reasons.enumerated().map { index, reason in
                Publication(
                    exchange: "", routingKey: queue ?? settings.processors[0].queue + ".dead", body: body(index)[...],
                    encodedProperties: [],
                    headers: [("warren-reason", .string(reason))] + (letter(index).map { [("warren-letter", .string($0))] } ?? []))
            })
        await publisher.close()
        for result in results { try result.get() }
    }

    /// The world's settings, with queues of this type for `updated`.
    func settings(ofType type: String, limit: Int? = nil) async throws -> Settings {
        var settings = settings
        let source = "\(settings.processors[0].queue).\(type)"
        settings.processors[0] = ProcessorSettings(
            name: "updated", queue: source, operation: .update, collection: "companies", key: settings.processors[0].key)
        let arguments: [(name: String, value: HeaderValue)] = [("x-queue-type", .string(type)), ("x-expires", .integer(600_000))]
        let limits: [(name: String, value: HeaderValue)] = limit.map { [("x-delivery-limit", .integer(Int64($0)))] } ?? []
        for declaration in try await Topology.declare(
            [
                QueueDeclaration(name: source, arguments: arguments),
                QueueDeclaration(name: "\(source).dead", arguments: arguments + limits),
            ],
            settings: settings.rabbitmq)
        { #expect(declaration == .created) }
        return settings
    }

    /// A quorum queue takes a moment to have back what was looked at.
    func waitUntilReady(_ count: Int, in queue: String) async throws {
        try await eventually("\(count) are ready in \(queue)") {
            try await Topology.check([queue], settings: settings.rabbitmq).first.map { state in
                if case .present(let depth) = state { depth.messages == count } else { false }
            } == true
        }
    }

    /// Takes up to 100 messages out of a queue, unacknowledged: they return to it.
    func takeMessages(from queue: String) async throws -> [Delivery] {
        let browser = try await QueueBrowser.open(queue, settings: settings.rabbitmq)
        let list = try await browser.take(atMost: 100, bytes: 1 << 24)
        try await browser.close()
        return list
    }
}

extension DeadLetterService {
    /// Looking at the dead letters of `updated` would count as a delivery, and is refused without consent.
    func asksForConsent() async -> Bool {
        do throws(ControlError) {
            _ = try await list("updated", limit: 1)
            return false
        } catch {
            return error.code == ErrorCode.countsDeliveries.rawValue
        }
    }
}
