import ControlClients
import Testing

@testable import ControlMessages
@testable import ControlServer

@Suite("What was asked, or nothing", .serialized) struct StrictnessTests {
    private let routes = Route.all
    private let root = Peer(uid: 0, pid: 1, level: .administer)

    /// A path of the route, and a query or body that it takes.
    private func target(_ route: Route) -> String {
        route.path.description.split(separator: "/").map { $0.hasPrefix("{") ? "/company-sync" : "/\($0)" }.joined()
    }

    @Test("On every route a name in the query that is not known is refused, with those that are") func queries() throws {
        let router = Router(routes: routes)
        for route in routes {
            let known = route.description.parameters.filter { $0.location == .query }.map(\.name).sorted()
            for query in ["x=1", "dry_run=true", "dry-run", "Limit=1", "%6Cimit2=1", "=1", "_"] {
                let refusal = #expect(throws: Router.Refusal.self, "\(route.path)?\(query)") {
                    try router.match(method: route.method.rawValue, target: "\(target(route))?\(query)", peer: root)
                }
                #expect(refusal?.error.code == "bad_request")
                let names = known.isEmpty ? "it takes none" : "known are \(known.joined(separator: ", "))"
                #expect(refusal?.error.message.hasSuffix(names) == true, "\(refusal?.error.message ?? "")")
            }
            for query in ["limit=%", "limit=%zz", "limit=%FF", "%=1"] {
                #expect(throws: Router.Refusal.self, "\(route.path)?\(query)") {
                    try router.match(method: route.method.rawValue, target: "\(target(route))?\(query)", peer: root)
                }
            }
            _ = try router.match(method: route.method.rawValue, target: "\(target(route))?", peer: root)
        }
    }

    @Test("A filter of events that fits nothing is refused: it would wait for ever", arguments: ["bogus", "", "Written", "written,parked"])
    func outcomes(outcome: String) throws {
        let router = Router(routes: routes)
        let refusal = #expect(throws: Router.Refusal.self) {
            try router.match(method: "GET", target: "/v1/events?outcome=\(outcome)", peer: root)
        }
        #expect(refusal?.error.message.hasPrefix("outcome must be one of written, stale, retried, refused, parked, ") == true)
        for name in EventName.allCases { _ = try router.match(method: "GET", target: "/v1/events?outcome=\(name.rawValue)", peer: root) }
        for query in ["processor=", "key=", "key=a&key=b"] {
            #expect(throws: Router.Refusal.self) { try router.match(method: "GET", target: "/v1/events?\(query)", peer: root) }
        }
    }

    @Test("A body where none is taken is refused, and so is a member that is not known, on every route") func bodies() async throws {
        let asked = Asked()
        try await withServer(service: .sample(asked)) { server in
            for route in routes {
                let request = "\(route.method.rawValue) \(target(route))"
                for body in [#"{"dry_run_":true}"#, #"{"x":1}"#, #"{"":1}"#] {
                    let answer = try await server.ask(request, body: body)
                    #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(request): \(answer)")
                    let message = route.description.body == nil ? "takes no body" : "unknown names in the body"
                    #expect(answer.contains(message), "\(request): \(answer)")
                }
                guard let body = route.description.body else {
                    #expect(try await server.ask(request, body: "{}").hasPrefix("HTTP/1.1 400 "), "\(request)")
                    continue
                }
                let answer = try await server.ask(request, body: "")
                #expect(answer.hasPrefix(body.isOptional ? "HTTP/1.1 200 " : "HTTP/1.1 400 "), "\(request): \(answer)")
                for member in body.schema.members where !member.isOptional {
                    #expect(try await server.ask(request, body: "{}").contains("the body lacks \\\"\(member.name)\\\""), "\(request)")
                    break
                }
            }
            #expect(asked.all == ["end company-sync"], "nothing else was done")
        }
    }

    @Test(
        "A body is JSON, and its Content-Type says so or is absent",
        arguments: [
            ("application/json", 200), ("Application/JSON; charset=UTF-8", 200), ("application/json;charset=\"utf-8\"", 200),
            ("application/x-www-form-urlencoded", 415), ("text/plain", 415), ("application/json; charset=latin1", 415),
            ("application/jsonx", 415),
            ("application/problem+json", 415), ("application/json, text/plain", 415), ("application/json text", 415), ("", 415),
        ])
    func contentType(header: String, status: Int) async throws {
        let asked = Asked()
        try await withServer(service: .sample(asked)) { server in
            let answer = try await server.ask("PUT /v1/log-level", ["Content-Type: \(header)"], body: #"{"level":"debug"}"#)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
            #expect(asked.all == (status == 200 ? ["level debug"] : []))
        }
    }

    @Test("A level is one of those that there are", arguments: ["verbose", "", "DEBUG", " debug"]) func levels(level: String) async throws {
        let asked = Asked()
        try await withServer(service: .sample(asked)) { server in
            let answer = try await server.ask("PUT /v1/log-level", body: #"{"level":"\#(level)"}"#)
            #expect(answer.contains("level must be one of trace, debug, info, notice, warning, error, critical"))
            #expect(asked.all.isEmpty)
        }
    }

    @Test("To confirm and to force a resynchronisation is for those who administer; to say no to both is not") func confirmations() throws {
        let member = Peer(uid: 1000, pid: 1, level: .operate)
        for (body, level) in [
            ("", AccessLevel.operate), ("{}", .operate), (#"{"confirm":false,"force":false}"#, .operate),
            (#"{"confirm":true}"#, .administer),
            (#"{"force":true}"#, .administer), (#"{"confirm":false,"force":true}"#, .administer),
        ] {
            for peer in [member, root] {
                let request = ControlRequest(parameters: [:], query: [:], body: Array(body.utf8), peer: peer)
                if peer.level >= level {
                    _ = try request.message(ResyncOrder.self)
                } else {
                    let error = #expect(throws: ControlError.self) { try request.message(ResyncOrder.self) }
                    #expect(error?.status == 403)
                    #expect(error?.message.contains("may operate, but not administer (to set ") == true)
                }
            }
        }
    }

    @Test("What a resynchronisation has seen is counted for those who operate, because the database reads for it") func counting()
        async throws
    {
        let asked = Asked()
        let status = try #require(Route.all.first { $0.path.description == "/v1/resync/{processor}" && $0.method == .get })
        guard case .reply(let reply) = status.action else { return #expect(Bool(false), "it streams") }
        for level in AccessLevel.allCases {
            _ = try await reply(
                .sample(asked),
                ControlRequest(parameters: ["processor": "a"], query: [:], body: [], peer: Peer(uid: 1, pid: 1, level: level)))
        }
        #expect(asked.all == ["status a", "status a counting", "status a counting"])
    }

    @Test("An explanation changes nothing and is not told as a change; a look that counts as deliveries is") func told() throws {
        func isLogged(_ method: RequestMethod, _ path: String, _ query: Substring = "") throws -> Bool {
            try #require(routes.first { $0.method == method && $0.path.description == path }).isLogged(query: query)
        }
        #expect(try !isLogged(.post, "/v1/explain"))
        #expect(try !isLogged(.get, "/v1/dead-letters/{processor}", "limit=5"))
        #expect(try isLogged(.get, "/v1/dead-letters/{processor}", "limit=5&consent=deliveries"))
        #expect(try isLogged(.post, "/v1/resync/{processor}/end"))
        #expect(try isLogged(.put, "/v1/log-level"))
    }
}
