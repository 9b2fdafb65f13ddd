import Glibc
import Testing

@testable import FaultProxy

@Suite("The proxy between two sockets") struct FaultProxyTests {
    @Test("Without a fault bytes pass both ways, and the end of one way leaves the other open")
    func passes() async throws {
        let ends = try Ends()
        let (client, server) = try await ends.connect()
        try send(1000, to: client)
        #expect(await next(server) == .bytes(1000))
        try send(10, to: server)
        #expect(await next(client) == .bytes(10))
        #expect(ends.proxy.acceptedCount == 1)
        shutdown(client, Int32(SHUT_WR))
        #expect(await next(server) == .end)
        try send(10, to: server)
        #expect(await next(client) == .bytes(10))
    }

    @Test("A stream of megabytes arrives whole, though its reader waits until nothing more can be sent")
    func much() async throws {
        let ends = try Ends()
        let (client, server) = try await ends.connect()
        let total = 20 << 20, chunk = Array(repeating: UInt8(7), count: 1 << 20)
        var sent = 0, received = 0
        while received < total {
            let count = try SocketCalls.send(chunk.prefix(total - sent), to: client)
            sent += count
            guard count == 0 else { continue }
            guard case .bytes(let more) = await next(server) else { break }
            received += more
        }
        #expect(received == total)
    }

    @Test("A cut is what the name says, on both sides", arguments: [(ProxyFault.reset, Received.lost), (.finish, .end)])
    func cut(fault: ProxyFault, seen: Received) async throws {
        let ends = try Ends()
        let (client, server) = try await ends.connect()
        ends.proxy.apply(fault)
        #expect(await next(client) == seen)
        #expect(await next(server) == seen)
        #expect(ends.proxy.openCount == 0)
        let (again, _) = try await ends.connect()
        try send(1, to: again)
    }

    @Test("A fault at a byte lets exactly that many through", arguments: [ProxyFault.reset, .finish, .stall(), .blackHole()])
    func atByte(fault: ProxyFault) async throws {
        let ends = try Ends()
        let (client, server) = try await ends.connect()
        ends.proxy.apply(fault, atByte: 250, .toServer)
        try send(100, to: client)
        #expect(await next(server) == .bytes(100))
        try send(300, to: client)
        let (count, then) = await rest(server)
        #expect(count == 150)
        #expect(then == [.reset: .lost, .finish: .end, .stall(): .nothing, .blackHole(): .nothing][fault])
    }

    @Test("What is stalled arrives after healing, and the other direction was not disturbed")
    func stall() async throws {
        let ends = try Ends()
        let (client, server) = try await ends.connect()
        ends.proxy.apply(.stall([.toServer]))
        try send(100, to: client)
        shutdown(client, Int32(SHUT_WR))
        try send(50, to: server)
        #expect(await next(client) == .bytes(50))
        #expect(await next(server, within: 100) == .nothing)
        try ends.proxy.heal()
        #expect(await next(server) == .bytes(100))
        #expect(await next(server) == .end)
    }

    @Test("A black hole swallows bytes and the end of the stream, and healing does not bring that connection back")
    func blackHole() async throws {
        let ends = try Ends()
        let (client, server) = try await ends.connect()
        ends.proxy.apply(.blackHole([.toServer]))
        try send(100, to: client)
        try send(50, to: server)
        #expect(await next(client) == .bytes(50), "the other direction lives")
        ends.proxy.apply(.blackHole())
        ends.close(client)
        try ends.proxy.heal()
        try send(50, to: server)
        #expect(await next(server, within: 100) == .nothing, "the server never learns that its client has gone")
        let (other, otherServer) = try await ends.connect()
        try send(5, to: other)
        #expect(await next(otherServer) == .bytes(5))
    }

    @Test("While it refuses, connections are refused and the old ones live; afterwards it has the same port")
    func refuse() async throws {
        let ends = try Ends()
        let (client, server) = try await ends.connect()
        try ends.proxy.welcome(.refuse)
        #expect(await next(try ends.knock()) == .lost)
        try send(5, to: client)
        #expect(await next(server) == .bytes(5))
        try ends.proxy.heal()
        _ = try await ends.connect()
        #expect(ends.proxy.acceptedCount == 2)
    }

    @Test("A new connection can be faulty from its first byte")
    func faultyWelcome() async throws {
        let ends = try Ends()
        try ends.proxy.welcome(.fault(.blackHole([.toClient])))
        let (client, server) = try await ends.connect()
        try send(5, to: client)
        #expect(await next(server) == .bytes(5))
        try send(5, to: server)
        #expect(await next(client, within: 100) == .nothing)
    }

    @Test("A server that nobody runs looks like a lost connection")
    func noServer() async throws {
        let ends = try Ends()
        ends.closeListener()
        #expect(await next(try ends.knock()) == .lost)
    }
}
