import Broker
import FoundationEssentials
import Glibc
import HostileBroker
import Messages
import Settings
import Synchronization
import Testing

/// A peer that speaks AMQP wrongly ends a connection, and nothing else. What a suite of it shows beyond its own expectations: the process lives.
@Suite("Against a hostile broker") struct Hostility {
    static let messages = (0..<3).map { StoredMessage("{\"id\":\"\($0)\"}") }

    /// One for all cases; its certificate goes away with the machine's temporary files.
    static let tls = TLSContext(certificatePath: "/tmp/warren-hostile-\(getpid()).pem")

    private static func requireTLS() throws -> TLSContext { try #require(tls) }

    static func settings(for broker: HostileBroker, usesTLS: Bool, heartbeat: Duration = .seconds(60)) -> RabbitMQSettings {
        var settings = RabbitMQSettings()
        var endpoint = BrokerEndpoint(host: "127.0.0.1", port: broker.port)
        endpoint.usesTLS = usesTLS
        settings.endpoints = [endpoint]
        settings.heartbeat = heartbeat
        settings.tls.ca = tls?.certificatePath
        return settings
    }

    static func broker(
        _ script: [Mischief], usesTLS: Bool, messages: [StoredMessage] = messages, manner: Manner = Manner()
    ) throws -> HostileBroker {
        try HostileBroker(script, messages: messages, manner: manner, tls: usesTLS ? requireTLS() : nil)
    }

    /// Holds the errors against the verdict.
    static func check(_ errors: [BrokerError], _ verdict: Mutation.Verdict, sourceLocation: SourceLocation = #_sourceLocation) {
        for error in errors { #expect(!error.fault.isEmpty && !error.endpoint.isEmpty, "\(error)", sourceLocation: sourceLocation) }
        switch verdict {
        case .violation:
            #expect(
                errors.contains { if case .protocolError = $0.reason { true } else { false } }, "\(errors)", sourceLocation: sourceLocation)
        case .ended: #expect(!errors.isEmpty, sourceLocation: sourceLocation)
        case .harmless: #expect(errors.isEmpty, "\(errors)", sourceLocation: sourceLocation)
        case .open: break
        }
    }
}

/// Runs a consumer that acknowledges whatever it gets, and records what happens to it.
final class HostileEncounter: Sendable {
    let recorder = EventRecorder()
    let consumer: Consumer
    private let box = AcknowledgingBox()

    init(_ settings: RabbitMQSettings) {
        let (recorder, box) = (recorder, box)
        consumer = Consumer(settings: settings, subscriptions: [Subscription(processor: 0, queue: "queue", prefetch: 100)]) { event in
            recorder.onEvent(event)
            guard case .deliveries(let processor, let session, let list) = event else { return }
            box.consumer.withLock { consumer in
                consumer?.acknowledge([Acknowledgement(processor: processor, session: session, kind: .each(list.map(\.tag)))])
            }
        }
        box.consumer.withLock { $0 = consumer }
    }

    /// Closes the consumer, and lets go of it: it and its thread would otherwise live on.
    func close() async {
        await consumer.close()
        box.consumer.withLock { $0 = nil }
    }

    /// Errors of the connection, of subscribing and of sessions.
    var errors: [BrokerError] { recorder.failures() + recorder.failures(of: 0) + recorder.lostSessions() }

    /// In each session the tags are 1, 2, 3 and so on: nothing came twice, and nothing was left out.
    func checkTags(sourceLocation: SourceLocation = #_sourceLocation) {
        var tags: [SessionID: [UInt64]] = [:]
        for case .deliveries(_, let session, let list) in recorder.events { tags[session, default: []] += list.map(\.tag.rawValue) }
        for (session, tags) in tags {
            #expect(tags == Array(1...UInt64(tags.count)), "in \(session)", sourceLocation: sourceLocation)
        }
    }
}

/// Lends the consumer to what it calls, which is made before it.
private final class AcknowledgingBox: Sendable {
    let consumer = Mutex<Consumer?>(nil)
}
