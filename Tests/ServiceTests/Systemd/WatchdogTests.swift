import Broker
import CLinux
import Glibc
import Logging
import Messages
import Settings
import Store
import SystemdReceiver
import Testing
import Threads
import Waiting

@testable import Service

/// Blocks its caller until it is opened.
private final class Latch: Sendable {
    private let descriptor = eventfd(0, 0)

    func wait() {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor, &count)
    }

    func open() { eventfd_write(descriptor, 1) }

    deinit { close(descriptor) }
}

/// An idle loop that never comes round by itself.
struct DeepSleeper: Sleeper {
    private let latch = Latch()

    func sleep(hasJobs: Bool) { if !hasJobs { latch.wait() } }
    func wake() { latch.open() }
}

@Suite("The watchdog")
struct WatchdogTests {
    private static let interval: Duration = .milliseconds(200)

    /// Runs `body` beside a watchdog over `threads`, with the socket where its pets arrive.
    private func watching(_ threads: [ActorThread], _ body: (DatagramReceiver) async throws -> Void) async throws {
        let path = DatagramReceiver.freshPath()
        let receiver = try DatagramReceiver(path)
        let microseconds = "\(Self.interval.wholeMicroseconds)"
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": microseconds])
        let watchdog = Watchdog(manager: manager, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let task = Task { await watchdog.run { threads.map { WatchedLoop($0) } } }
        try await body(receiver)
        task.cancel()
        await task.value
    }

    /// Fails if the manager is not notified several times within a generous time.
    private func expectLife(_ receiver: DatagramReceiver, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        var told = 0
        try await eventually("the manager is told three times", sourceLocation: sourceLocation) {
            let datagrams = receiver.all()
            #expect(datagrams.allSatisfy { $0 == "WATCHDOG=1" }, sourceLocation: sourceLocation)
            told += datagrams.count
            return told >= 3
        }
    }

    @Test("Is told while all loops come round, idle ones included, because they are woken for it")
    func idle() async throws {
        let thread = ActorThread(name: "idle", sleeper: DeepSleeper())
        defer { thread.end() }
        try await watching([thread]) { try await expectLife($0) }
    }

    @Test("Gets no notification while one loop is stalled, and gets it again when the loop turns")
    func hung() async throws {
        let (good, bad) = (ActorThread(name: "good", sleeper: DeepSleeper()), ActorThread(name: "bad", sleeper: DeepSleeper()))
        defer { [good, bad].forEach { $0.end() } }
        try await watching([good, bad]) { receiver in
            try await expectLife(receiver)
            let mayGo = Latch()
            await withCheckedContinuation { isStanding in
                Task(executorPreference: bad) {
                    isStanding.resume()
                    mayGo.wait()
                }
            }
            _ = receiver.all()
            // The watchdog wakes the other loop for each of its looks.
            let looks: UInt64 = 10
            let before = good.turnCount
            try await eventually("the watchdog has looked ten times") { good.turnCount >= before + looks }
            // Once more at most: the loop may have come round since the last look before it stood still.
            #expect(receiver.all().count <= 1)
            mayGo.open()
            try await expectLife(receiver)
        }
    }

    @Test("A broker and a database that accept connections and never answer are no reason not to tell it")
    func hungServers() async throws {
        let listener = try SilentListener()
        var settings = Settings()
        settings.rabbitmq.endpoints = [BrokerEndpoint(host: "127.0.0.1", port: listener.port)]
        settings.arangodb.endpoints = ["http://127.0.0.1:\(listener.port)"]
        settings.arangodb.timeout = .seconds(2)
        let store = try DocumentStore(settings: settings.arangodb)
        let consumer = Consumer(
            settings: settings.rabbitmq, subscriptions: [Subscription(processor: 0, queue: "q", prefetch: 1)], onEvent: { _ in })
        let publisher = Publisher(settings: settings.rabbitmq)
        async let running: Void = consumer.run()
        async let asking = store.serverVersion()
        async let publishing = publisher.publish([Publication(exchange: "", routingKey: "q", body: [], encodedProperties: [], headers: [])])
        try await watching([consumer.thread, publisher.thread, store.thread]) { try await expectLife($0) }
        _ = await asking
        await consumer.close()
        await publisher.close()
        await store.close()
        _ = await (running, publishing)
    }
}

/// Takes connections, as the kernel does for it, and says nothing.
private final class SilentListener {
    private let descriptor: Int32
    let port: UInt16

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = unsafe withUnsafeMutablePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, length) == 0 && listen(descriptor, 8) == 0 ? getsockname(descriptor, pointer, &length) : -1
            }
        }
        try #require(code == 0, "errno \(errno)")
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
}
