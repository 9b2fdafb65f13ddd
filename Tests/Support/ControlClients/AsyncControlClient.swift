package import Commands
package import ControlMessages
internal import Threads

/// Asks a service over its control socket, as ``ControlClient`` does, and suspends where that blocks.
///
/// Tests run on Swift's pool, which has a thread a processor: two clients that block would keep all other tests waiting, and the service that is to
/// answer them as well.
package struct AsyncControlClient: Sendable {
    /// Path of the socket.
    package var socket: String { client.socket }
    private let client: ControlClient

    /// A client of the socket at a path.
    package init(socket: String) { client = ControlClient(socket: socket, group: nil) }

    /// Sends a request and reads the answer as a message. Throws ``ClientError/refused(_:)`` with what the service says, if it says no.
    package func send<Reply: Decodable & Sendable>(
        _ method: RequestMethod, _ path: String, body: (any Encodable & Sendable)? = nil, timeout: Duration = .seconds(30)
    ) async throws(ClientError) -> Reply {
        try await blocking { client throws(ClientError) in try client.send(method, path, body: body, timeout: timeout) }
    }

    /// The same, as the text that came.
    package func text(_ method: RequestMethod, _ path: String) async throws(ClientError) -> [UInt8] {
        try await blocking { client throws(ClientError) in try client.text(method, path) }
    }

    /// Reads a stream line by line until it ends, or until `take`, which is called on another thread, returns false.
    package func lines(_ path: String, _ take: @escaping @Sendable ([UInt8]) -> Bool) async throws(ClientError) {
        try await blocking { client throws(ClientError) in try client.lines(path, take) }
    }

    private func blocking<Value: Sendable>(
        _ call: @escaping @Sendable (ControlClient) throws(ClientError) -> Value
    ) async throws(ClientError) -> Value {
        let client = client
        return try await onBlockingThread(named: "control-client") { () throws(ClientError) in try call(client) }
    }
}
