import ControlClients
import Glibc
import Synchronization
import Testing
import Waiting

@testable import ControlMessages
@testable import ControlServer

@Suite("Requests that take time and memory", .serialized) struct HeavyRequestTests {
    @Test("Explanations are worked out one at a time, and others are answered meanwhile", .timeLimit(.minutes(2)))
    func oneAtATime() async throws {
        let work = SlowWork()
        var service = ControlService.sample()
        service.observation = SampleObservation(work: { work.run() })
        try await withServer(service: service) { server in
            let request = ExplainRequest(processor: "p", body: "")
            let answers = (1...4).map { _ in
                Task { () throws -> Explanation in try await server.client.send(.post, "/v1/explain", body: request) }
            }
            try await eventually("the first is worked on") { work.isRunning }
            let _: StatusReport = try await server.client.send(.get, "/v1/status")
            work.open()
            for answer in answers { #expect(try await answer.value.processor == "p") }
            #expect(work.mostAtOnce == 1)
        }
    }

    @Test("More large answers than there is memory for are refused, and there is room again when they were taken", .timeLimit(.minutes(2)))
    func answers() async throws {
        var limits = ServerLimits()
        limits.answerBytes = 40 << 20
        let large = Route(.get, "/large", .observe, .text) { _, _ throws(ControlError) in .text(String(repeating: "x", count: 30 << 20)) }
        try await withServer(routes: [large], limits: limits) { server in
            let lazy = try await RawClient(server.path)
            lazy.send("GET /large HTTP/1.0\r\n\r\n")
            // Its answer is there when its beginning is.
            _ = await lazy.read(until: "\r\n\r\n")
            let refused = try await RawClient(server.path)
            refused.send("GET /large HTTP/1.0\r\n\r\n")
            #expect(await refused.readAll().text.contains("503"))
            _ = await lazy.readAll()
            let next = try await RawClient(server.path)
            next.send("GET /large HTTP/1.0\r\n\r\n")
            #expect(await next.readAll().text.utf8.count > 30 << 20)
        }
    }
}

/// Work that lasts until it is released, and counts how much of it was done at once.
private final class SlowWork: Sendable {
    private let state = Mutex((isOpen: false, now: 0, most: 0))

    var isRunning: Bool { state.withLock { $0.now > 0 } }
    var mostAtOnce: Int { state.withLock { $0.most } }

    func open() { state.withLock { $0.isOpen = true } }

    func run() {
        state.withLock {
            $0.now += 1
            $0.most = max($0.most, $0.now)
        }
        while !state.withLock(\.isOpen) { usleep(1000) }
        state.withLock { $0.now -= 1 }
    }
}
