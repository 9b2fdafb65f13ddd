package import ControlMessages
internal import Glibc

/// Sends requests to the running service over its socket. Calls block: commands have nothing else to do.
package struct ControlClient: Sendable {
    /// Bytes of an answer at most.
    private static let longestAnswer = 256 << 20

    /// Path of the socket.
    package let socket: String
    /// Whose members may open the socket; for messages.
    package let group: String?

    /// A client of the socket at a path.
    package init(socket: String, group: String?) {
        self.socket = socket
        self.group = group
    }

    /// Sends a request and reads the answer as a message. Throws ``ClientError/refused(_:)`` with what the service says, if it says no.
    package func send<Reply: Decodable>(
        _ method: RequestMethod, _ path: String, body: (any Encodable)? = nil, timeout: Duration = .seconds(30)
    ) throws(ClientError) -> Reply {
        try decode(Reply.self, text(method, path, body: body, timeout: timeout))
    }

    /// A message in an answer's text.
    package func decode<Reply: Decodable>(_ type: Reply.Type, _ text: [UInt8]) throws(ClientError) -> Reply {
        do {
            return try ControlJSON.decode(type, from: text)
        } catch {
            throw .notUnderstood(socket: socket, reason: "\(error)")
        }
    }

    /// The same, as the text that came.
    package func text(
        _ method: RequestMethod, _ path: String, body: (any Encodable)? = nil, timeout: Duration = .seconds(30)
    ) throws(ClientError) -> [UInt8] {
        var answer: [UInt8] = []
        try exchange(method, path, body: body, timeout: timeout) { part in
            answer += part
            return answer.count <= Self.longestAnswer
        }
        return answer
    }

    /// Reads a stream line by line until it ends, or until `take` returns false.
    package func lines(_ path: String, _ take: ([UInt8]) -> Bool) throws(ClientError) {
        var rest: [UInt8] = []
        try exchange(.get, path, body: nil, timeout: nil) { part in
            rest += part
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                guard take(Array(rest[..<end])) else { return false }
                rest.removeFirst(end + 1)
            }
            return true
        }
    }

    /// Sends a request, hands the body's parts on as they come, and stops when `take` returns false. `timeout` is for each part; `nil` for no timeout.
    private func exchange(
        _ method: RequestMethod, _ path: String, body: (any Encodable)?, timeout: Duration?, _ take: (ArraySlice<UInt8>) -> Bool
    ) throws(ClientError) {
        let connection = try ClientConnection(client: self, timeout: timeout)
        try connection.send(request(method, path, body))
        var reader = ResponseReader()
        var refusal: [UInt8] = []
        while let bytes = try connection.receive() {
            let part: ArraySlice<UInt8>
            do throws(ResponseFault) { part = try reader.append(bytes[...]) } catch {
                throw .notUnderstood(socket: socket, reason: error.reason)
            }
            guard let status = reader.status else { continue }
            if status >= 400 { refusal += part.prefix(1 << 20) } else if !take(part) { return }
        }
        guard reader.isComplete, let status = reader.status else { throw .lost(socket: socket, reason: "the answer is incomplete") }
        if status >= 400 { throw .refused(Self.error(status, refusal)) }
    }

    private func request(_ method: RequestMethod, _ path: String, _ body: (any Encodable)?) throws(ClientError) -> [UInt8] {
        var content: [UInt8] = []
        if let body {
            do { content = try ControlJSON.encode(body) } catch { throw .notUnderstood(socket: socket, reason: "\(error)") }
        }
        let head = "\(method.rawValue) \(path) HTTP/1.0\r\nHost: warren\r\nContent-Length: \(content.count)\r\n\r\n"
        return Array(head.utf8) + content
    }

    private static func error(_ status: Int, _ body: [UInt8]) -> ControlError {
        guard let reply = try? ControlJSON.decode(ErrorReply.self, from: body) else {
            return ControlError(status: status, code: "unknown", message: "the service answered with status \(status)")
        }
        return ControlError(status: status, code: reply.error.code, message: reply.error.message)
    }
}
