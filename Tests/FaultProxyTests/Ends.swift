import Glibc
import Testing
import Threads

@testable import FaultProxy

/// A client and a server with the proxy between them, as two sockets in the hand of the test.
final class Ends {
    let proxy: FaultProxy
    private let listener: Int32
    private var opened: Set<Int32>

    init() throws {
        listener = try SocketCalls.listening(on: 0)
        opened = [listener]
        proxy = try FaultProxy(to: SocketCalls.port(of: listener))
    }

    deinit {
        proxy.stop()
        for descriptor in opened { Glibc.close(descriptor) }
    }

    func connect() async throws -> (client: Int32, server: Int32) {
        let client = try SocketCalls.connecting(to: proxy.port)
        opened.insert(client)
        await wait(listener, 30_000)
        let server = try #require(SocketCalls.accept(on: listener), "the proxy did not connect to the server")
        opened.insert(server)
        return (client, server)
    }

    func close(_ end: Int32) {
        opened.remove(end)
        Glibc.close(end)
    }

    func closeListener() { close(listener) }

    /// Connects without a server's side.
    func knock() throws -> Int32 {
        let client = try SocketCalls.connecting(to: proxy.port)
        opened.insert(client)
        return client
    }
}

/// What a stream brought next.
enum Received: Equatable {
    case bytes(Int)
    case end
    case lost
    case nothing
}

/// What comes next, `most` bytes of it; `.nothing` after so many milliseconds.
func next(_ descriptor: Int32, most: Int = 65_536, within milliseconds: Int32 = 30_000) async -> Received {
    await wait(descriptor, milliseconds)
    do throws(ProxyError) {
        guard let bytes = try SocketCalls.receive(from: descriptor, most: most) else { return .nothing }
        return bytes.isEmpty ? .end : .bytes(bytes.count)
    } catch {
        return .lost
    }
}

/// All bytes up to the end of the stream, or up to where nothing comes for half a second.
func rest(_ descriptor: Int32) async -> (count: Int, then: Received) {
    var count = 0
    while true {
        switch await next(descriptor, within: 500) {
        case .bytes(let more): count += more
        case let then: return (count, then)
        }
    }
}

func send(_ count: Int, to descriptor: Int32) throws {
    #expect(try SocketCalls.send(Array(repeating: 7, count: count)[...], to: descriptor) == count)
}

/// Until there is something to read, or so many milliseconds are over.
private func wait(_ descriptor: Int32, _ milliseconds: Int32) async {
    await onBlockingThread(named: "waiting-end") {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = unsafe poll(&watched, 1, milliseconds)
    }
}
