import ControlClients
import ControlServer
import FoundationEssentials
import Glibc
import Synchronization

/// A server on a socket in a directory of its own, for the length of `body`.
func withServer(
    routes: [Route]? = nil, service: ControlService = .sample(), limits: ServerLimits = ServerLimits(),
    networkLimits: ServerLimits = .network, hosts: HostRule = .any,
    serviceUser: UInt32 = 0, group: UInt32? = nil,
    _ body: (RunningServer) async throws -> Void
) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "control-\(UUID().uuidString.prefix(8))").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let changes = Changes()
    let path = "\(directory)/control.sock"
    let socket = try ListeningSocket(path: path, mode: 0o666, group: nil)
    let server = ControlServer(limits: limits, networkLimits: networkLimits) { changes.append($0) }
    try await server.listen(
        on: socket.descriptor, routes: routes ?? Route.all, service: service,
        identification: .credentials(PeerPolicy(serviceUser: serviceUser, group: group)))
    let network = try NetworkSocket.bind(host: "127.0.0.1", port: 0)
    let port = portOf(network)
    try await server.listen(
        on: network, routes: routes ?? Route.network, service: service, identification: .network, hosts: hosts)
    let failure: (any Error)?
    do {
        try await body(RunningServer(path: path, port: port, server: server, changes: changes))
        failure = nil
    } catch { failure = error }
    await server.close()
    if let failure { throw failure }
}

/// What a test may do with it.
struct RunningServer {
    let path: String
    /// Of the listener on 127.0.0.1.
    let port: UInt16
    let server: ControlServer
    let changes: Changes

    var client: AsyncControlClient { AsyncControlClient(socket: path) }

    /// The whole answer to a request whose body is sent as it is, and whose headers are these and the length.
    func ask(_ request: String, _ headers: [String] = [], body: String) async throws -> String {
        let client = try await RawClient(path)
        let lines = ["\(request) HTTP/1.1", "Host: warren", "Connection: close", "Content-Length: \(body.utf8.count)"] + headers
        client.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
        return await client.readAll().text
    }
}

/// The changes that the server logged.
final class Changes: Sendable {
    private let list = Mutex<[ChangeRecord]>([])
    var all: [ChangeRecord] { list.withLock { $0 } }
    func append(_ record: ChangeRecord) { list.withLock { $0.append(record) } }
}

private func portOf(_ socket: Int32) -> UInt16 {
    var (address, length) = (sockaddr_in(), socklen_t(MemoryLayout<sockaddr_in>.size))
    unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = unsafe getsockname(socket, $0, &length) }
    }
    return UInt16(bigEndian: address.sin_port)
}
