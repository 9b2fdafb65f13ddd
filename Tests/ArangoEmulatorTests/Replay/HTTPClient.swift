import NIOCore
import NIOHTTP1
import NIOPosix

@testable import ArangoEmulator

/// An answer as it came over the wire.
struct ReceivedAnswer: Sendable {
    var status: Int
    /// Names in lower case.
    var headers: [String: String]
    var body: [UInt8]
}

/// Sends single requests, each over a connection of its own.
struct HTTPClient: Sendable {
    let host: String
    let port: Int
    /// The value of `authorization`, if one is needed.
    var authorization: String?

    /// Throws NIO's error if nobody listens, and ``ConnectionClosed`` if the connection ends before the answer does.
    func send(
        _ method: String, _ target: String, headers: [(String, String)] = [], body: [UInt8] = []
    ) async throws -> ReceivedAnswer {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(wrappingChannelSynchronously: channel)
                }
            }
        var fields = HTTPHeaders([("host", "\(host):\(port)"), ("accept", "application/json")] + headers)
        if !fields.contains(name: "transfer-encoding") { fields.add(name: "content-length", value: "\(body.count)") }
        if let authorization, !fields.contains(name: "authorization") { fields.add(name: "authorization", value: authorization) }
        let head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: target, headers: fields)
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(.head(head))
            if !body.isEmpty { try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: body)))) }
            try await outbound.write(.end(nil))
            var answer: ReceivedAnswer?
            for try await part in inbound {
                switch part {
                case .head(let head):
                    let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
                    answer = ReceivedAnswer(status: Int(head.status.code), headers: headers, body: [])
                case .body(let part): answer?.body.append(contentsOf: part.readableBytesView)
                case .end:
                    if let answer { return answer }
                }
            }
            throw ConnectionClosed()
        }
    }
}

/// The server closed the connection instead of answering.
struct ConnectionClosed: Error {}
