import Messages
import Settings
import Testing

@testable import Store

@Suite("Several coordinators")
struct SpreadTests {
    // One that is slow for a moment is given fewer: the turns themselves are a matter of EndpointTests.
    @Test("Requests go to all, over one connection each")
    func turns() async throws {
        let servers = try (0..<3).map { _ in try ScriptedServer(.answer(202, accepted("a"))) }
        defer { servers.forEach { $0.stop() } }
        let store = try DocumentStore(settings: .testing { $0.endpoints = servers.map(\.endpoint) })
        for _ in 0..<6 { #expect(await store.write(writeBatch("a")) == .success([.written])) }
        #expect(servers.allSatisfy { !$0.received.isEmpty } && servers.reduce(0) { $0 + $1.received.count } == 6)
        #expect(servers.map(\.connections) == [1, 1, 1])
        await store.close()
    }

    private struct TooSlow: Error {}

    /// What `trial` finds while a failed one is left alone. A machine that takes longer proves nothing, and tries again.
    private func inTime<Value>(_ trial: () async throws -> Value) async throws -> Value {
        for _ in 0..<20 {
            let begin = ContinuousClock.now
            let value = try await trial()
            if .now - begin < EndpointRing.avoidance(afterFailures: 1) { return value }
        }
        throw TooSlow()
    }

    @Test("A request that was not done at one goes to the next, and the failed one is left alone for a while", arguments: [true, false])
    func moveOn(isAway: Bool) async throws {
        let (written, atHealthy, atFailed) = try await inTime {
            let overloaded = try ScriptedServer(.answer(503, #"{"code":503,"error":true,"errorMessage":"queue full","errorNum":21003}"#))
            let healthy = try ScriptedServer(.answer(202, accepted("a")))
            defer { [overloaded, healthy].forEach { $0.stop() } }
            let first = isAway ? "http://127.0.0.1:\(try Loopback.deadPort())" : overloaded.endpoint
            let store = try DocumentStore(settings: .testing(first, healthy.endpoint))
            var replies: [WriteReply] = []
            for _ in 0..<4 { replies.append(await store.write(writeBatch("a"))) }
            await store.close()
            return (replies.count { $0 == .success([.written]) }, healthy.received.count, overloaded.received.count)
        }
        #expect(written == 4)
        #expect(atHealthy == 4)
        #expect(atFailed == (isAway ? 0 : 1))
    }

    @Test("A request that may have been done does not go to another by itself, but the next ones do")
    func unknownStays() async throws {
        let (replies, atHealthy, atCutting) = try await inTime {
            let cutting = try ScriptedServer(.bytes(""))
            let healthy = try ScriptedServer(.answer(202, accepted("a")))
            defer { [cutting, healthy].forEach { $0.stop() } }
            let store = try DocumentStore(settings: .testing(cutting.endpoint, healthy.endpoint))
            var replies = [await store.write(writeBatch("a"))]
            #expect(healthy.received.isEmpty)
            for _ in 0..<3 { replies.append(await store.write(writeBatch("a"))) }
            await store.close()
            return (replies, healthy.received.count, cutting.received.count)
        }
        #expect(replies[0].failure?.kind == .unknown)
        #expect(replies[1...].allSatisfy { $0 == .success([.written]) })
        #expect(atHealthy == 3)
        #expect(atCutting == 1)
    }

    @Test("When all are away the last one's reason is told")
    func allAway() async throws {
        let overloaded = try ScriptedServer(.answer(503, #"{"code":503,"error":true,"errorMessage":"queue full","errorNum":21003}"#))
        defer { overloaded.stop() }
        let store = try DocumentStore(settings: .testing("http://127.0.0.1:\(try Loopback.deadPort())", overloaded.endpoint))
        let failure = await store.write(writeBatch("a")).failure
        #expect(failure?.kind == .outage)
        #expect(failure?.fault.errorNum == 21003)
        await store.close()
    }
}
