import Pipeline
import Settings
import Testing

@testable import Store

@Suite("Several coordinators")
struct SpreadTests {
    @Test("Requests go to all in turn")
    func turns() async throws {
        let servers = try (0..<3).map { _ in try ScriptedServer(.answer(202, accepted("a"))) }
        defer { servers.forEach { $0.stop() } }
        let store = try DocumentStore(settings: .testing { $0.endpoints = servers.map(\.endpoint) })
        for _ in 0..<6 { #expect(await store.write(writeBatch("a")) == .success([.written])) }
        #expect(servers.map(\.received.count) == [2, 2, 2])
        #expect(servers.map(\.connections) == [1, 1, 1])
        await store.close()
    }

    @Test("A request that was not done at one goes to the next, and the failed one is left alone for a while", arguments: [true, false])
    func moveOn(isAway: Bool) async throws {
        let overloaded = try ScriptedServer(.answer(503, #"{"code":503,"error":true,"errorMessage":"queue full","errorNum":21003}"#))
        let healthy = try ScriptedServer(.answer(202, accepted("a")))
        defer { [overloaded, healthy].forEach { $0.stop() } }
        let first = isAway ? "http://127.0.0.1:\(try Loopback.deadPort())" : overloaded.endpoint
        let store = try DocumentStore(settings: .testing(first, healthy.endpoint))
        for _ in 0..<4 { #expect(await store.write(writeBatch("a")) == .success([.written])) }
        #expect(healthy.received.count == 4)
        #expect(overloaded.received.count == (isAway ? 0 : 1))
        await store.close()
    }

    @Test("A request that may have been done does not go to another by itself, but the next ones do")
    func unknownStays() async throws {
        let cutting = try ScriptedServer(.bytes(""))
        let healthy = try ScriptedServer(.answer(202, accepted("a")))
        defer { [cutting, healthy].forEach { $0.stop() } }
        let store = try DocumentStore(settings: .testing(cutting.endpoint, healthy.endpoint))
        #expect(await store.write(writeBatch("a")).failure?.kind == .unknown)
        #expect(healthy.received.isEmpty)
        for _ in 0..<3 { #expect(await store.write(writeBatch("a")) == .success([.written])) }
        #expect(cutting.received.count == 1)
        await store.close()
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
