import Messages
import Settings
import Testing
import Waiting

@testable import Store

@Suite("Closing a store")
struct ClosingTests {
    @Test("Closing gives up what is in flight and refuses what comes later")
    func closing() async throws {
        let server = try ScriptedServer(.stall)
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint))
        async let inFlight = store.write(writeBatch("a"))
        async let waiting = store.write(writeBatch("b"))
        try await eventually("one request has come") { server.received.count == 1 }
        await store.close()
        let replies = await [inFlight, waiting].map { $0.failure?.kind }
        #expect(replies.contains(.unknown) && replies.contains(.outage))
        #expect(await store.write(writeBatch("c")).failure?.kind == .outage)
        await store.close()
    }

    @Test("Closing returns whatever is in flight and however many wait, at whichever moment it comes", .serialized, arguments: 0..<200)
    func closingAtAnyMoment(moment: Int) async throws {
        let server = try ScriptedServer(.stall)
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint) { $0.connections = 1 + moment % 4 })
        async let version = store.serverVersion()
        async let writes = withTaskGroup { group in
            for number in 0..<moment % 7 { group.addTask { await store.write(writeBatch("\(number)")) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for _ in 0..<moment { await Task.yield() }
        await store.close()
        #expect(await version.failure != nil)
        #expect(await writes.allSatisfy { $0.failure != nil })
    }

    @Test("Who lets go of the store ends its thread and its connections")
    func letGo() async throws {
        let server = try ScriptedServer(.answer(202, accepted("a")))
        defer { server.stop() }
        var store: DocumentStore? = try DocumentStore(settings: .testing(server.endpoint))
        #expect(await store?.write(writeBatch("a")) == .success([.written]))
        store = nil
        try await eventually("its connection is closed") { server.closedConnections == 1 }
    }
}
