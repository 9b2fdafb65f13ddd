import ControlClients
import Testing

@testable import ControlMessages
@testable import ControlServer

/// One request as bytes, and what has to become of it.
struct WireCase: Sendable, CustomTestStringConvertible {
    /// What becomes of the connection.
    enum Outcome: Sendable {
        /// The next request on it is answered.
        case goesOn
        /// It is closed in an orderly way after one answer.
        case closes
    }

    /// As the public list calls it, or what it is.
    let name: String
    let request: [UInt8]
    let status: Int
    let outcome: Outcome
    /// What the answer must hold besides.
    let contains: String

    init(_ name: String, _ request: String, _ status: Int, _ outcome: Outcome, contains: String = "") {
        self.init(name, Array(request.utf8), status, outcome, contains: contains)
    }

    init(_ name: String, _ request: [UInt8], _ status: Int, _ outcome: Outcome, contains: String = "") {
        (self.name, self.request, self.status, self.outcome, self.contains) = (name, request, status, outcome, contains)
    }

    var testDescription: String { "\(name): \(status)" }

    /// Sends it to a server, and compares.
    func run() async throws {
        try await withServer(routes: Self.routes) { server in
            let client = try await RawClient(server.path)
            client.send(request)
            if outcome == .goesOn { client.send("GET /next HTTP/1.1\r\nHost: warren\r\nConnection: close\r\n\r\n") }
            let answer = await client.readAll(seconds: 20)
            #expect(answer.isClosed, "it hangs")
            // An interim answer comes before the answer.
            let interim = "HTTP/1.1 100 Continue\r\n\r\n"
            let text = answer.text.hasPrefix(interim) ? String(answer.text.dropFirst(interim.count)) : answer.text
            #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(text.prefix(200))")
            let next = text.components(of: "\r\n\r\nnext")
            #expect(next == (outcome == .goesOn ? 1 : 0), "\(text)")
            #expect(text.components(of: "\r\nDate: ") == (outcome == .goesOn ? 2 : 1), "\(text)")
            if status >= 400, !request.starts(with: "HEAD".utf8) { #expect(text.contains(#"{"error":{"code":""#)) }
            for word in ["NIO", "HTTPParser", "llhttp", "Swift"] { #expect(!text.contains(word)) }
            #expect(contains.isEmpty || text.contains(contains), "\(text)")
        }
    }

    /// `/` says hello and gives back what is posted to it, as the public lists have it.
    private static let routes = [
        Route(.get, "/", .observe, .echo) { _, _ throws(ControlError) in .text("hello") },
        Route(.post, "/", .observe, .echo) { _, request throws(ControlError) in
            .text("<\(String(decoding: request.body, as: UTF8.self))>")
        },
        Route(.get, "/next", .observe, .echo) { _, _ throws(ControlError) in .text("next") },
        Route.health,
    ]
}

extension String {
    /// How often a text occurs in it.
    func components(of mark: String) -> Int {
        let (bytes, mark) = (Array(utf8), Array(mark.utf8))
        guard bytes.count >= mark.count else { return 0 }
        return (0...bytes.count - mark.count).count { bytes[$0] == mark[0] && bytes[$0..<$0 + mark.count].elementsEqual(mark) }
    }
}
