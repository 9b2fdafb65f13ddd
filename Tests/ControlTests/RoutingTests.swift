import Testing

@testable import ControlMessages
@testable import ControlServer

@Suite("Routing") struct RoutingTests {
    private let router = Router(routes: Route.all)

    @Test(
        "Each request needs the level that warren-control(7) gives it",
        arguments: [
            ("GET", "/v1/status", AccessLevel.observe), ("GET", "/v1/processors", .observe),
            ("GET", "/v1/processors/company-sync", .observe),
            ("POST", "/v1/processors/company-sync/pause", .operate), ("POST", "/v1/processors/company-sync/resume", .operate),
            ("POST", "/v1/processors/company-sync/drain", .operate), ("POST", "/v1/reload", .administer),
            ("GET", "/v1/log-level", .observe), ("PUT", "/v1/log-level", .administer), ("GET", "/healthz", .observe),
            ("POST", "/v1/stop", .administer),
        ])
    func levels(method: String, target: String, level: AccessLevel) throws {
        for peerLevel in AccessLevel.allCases {
            let peer = Peer(uid: 1000, pid: 1, level: peerLevel)
            if peerLevel >= level {
                #expect(try router.match(method: method, target: target, peer: peer).route.level == level)
            } else {
                let error = #expect(throws: Router.Refusal.self) { try router.match(method: method, target: target, peer: peer) }
                #expect(error?.error.status == 403)
                #expect(error?.error.message.contains("uid 1000 (pid 1) may \(peerLevel), but not \(level)") == true)
            }
        }
    }

    @Test("A path that is not there is 404 for every peer") func unknownPath() {
        for target in ["/", "", "/v1", "/v1/status/", "/v1/processors//pause", "/v1/processors/a/b/pause", "/v1/processors/%/pause"] {
            let error = #expect(throws: Router.Refusal.self) { try router.match(method: "GET", target: target, peer: .network) }
            #expect(error?.error.status == 404, "\(target)")
        }
    }

    @Test("Another method is 405, with those that the path takes") func otherMethod() {
        let error = #expect(throws: Router.Refusal.self) { try router.match(method: "DELETE", target: "/v1/log-level", peer: .network) }
        #expect(error?.error.status == 405)
        #expect(error?.allow == "GET, HEAD, OPTIONS, PUT")
    }

    @Test("HEAD finds the route of GET") func head() throws {
        #expect(try router.match(method: "HEAD", target: "/v1/status", peer: .network).route.method == .get)
    }

    @Test("Names in the path may hold anything that is percent-encoded; those in the query too") func names() throws {
        let root = Peer(uid: 0, pid: 1, level: .administer)
        #expect(
            try router.match(method: "POST", target: "/v1/processors/a%2Fb%C3%A9%20/pause?", peer: root).parameters == ["name": "a/bé "])
        #expect(try Query.pairs("limit=5&&reason=not%2Djson&x") == ["limit": "5", "reason": "not-json", "x": ""])
    }

    @Test(
        "A client that can do nothing with an answer gets 406; one that says nothing takes all (RFC 9110 section 12.5.1)",
        arguments: [
            ([], true), (["*/*"], true), (["application/json"], true), (["APPLICATION/JSON; charset=utf-8"], true),
            (["application/*"], true),
            (["text/html, application/json;q=0.1"], true), (["text/html", "*/*;q=0.1"], true), (["text/html"], false), (["text/*"], false),
            (["application/json;q=0, */*"], false), (["application/*;q=0"], false), (["*/*;q=0.0"], false),
            (["application/json ; q=1"], true),
            (["nonsense"], true), ([""], true), (["/, a/, /b"], true), (["application/json;q=x"], true),
        ])
    func accept(header: [String], isAccepted: Bool) {
        let router = Router(routes: Route.all)
        let refusal: Router.Refusal?
        do throws(Router.Refusal) {
            _ = try router.match(method: "GET", target: "/v1/status", accept: header, peer: .network)
            refusal = nil
        } catch {
            refusal = error
        }
        #expect(refusal?.error.status == (isAccepted ? nil : 406))
    }

    @Test("What Prometheus and browsers send is good enough for the metrics; events are as good as JSON")
    func acceptOfOthers() throws {
        let routes = [
            Route.metrics,
            Route(.get, "/v1/events", .observe, .lines, stream: { _, _, _ throws(ControlError) in {} }),
        ]
        let router = Router(routes: routes)
        let prometheus =
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
        for accept in [prometheus, "text/html,application/xhtml+xml,*/*;q=0.8", "text/plain"] {
            _ = try router.match(method: "GET", target: "/metrics", accept: [accept], peer: .network)
        }
        #expect(throws: Router.Refusal.self) {
            try router.match(method: "GET", target: "/metrics", accept: ["application/json"], peer: .network)
        }
        for accept in ["application/json", "application/x-ndjson"] {
            _ = try router.match(method: "GET", target: "/v1/events", accept: [accept], peer: .network)
        }
    }

    @Test("A target in absolute form is understood (RFC 9112 section 3.2.2)") func absoluteForm() throws {
        #expect(try router.match(method: "GET", target: "http://warren/v1/status", peer: .network).route.path.description == "/v1/status")
    }
}

@Suite("Who may what") struct PeerPolicyTests {
    private let policy = PeerPolicy(serviceUser: 900, group: 901)

    @Test("Root and the service user administer, members of the group operate, everybody else observes") func levels() {
        #expect(policy.level(uid: 0, groups: [0]) == .administer)
        #expect(policy.level(uid: 900, groups: [900]) == .administer)
        #expect(policy.level(uid: 1000, groups: [1000, 901]) == .operate)
        #expect(policy.level(uid: 1000, groups: [1000, 900]) == .observe)
    }

    @Test(
        "A group that is not there, and members of the former one who are not in the new one, are told",
        arguments: [
            ("warren-operators", "warren:x:900:\nwarren-operators:x:901:anna\n", nil),
            ("warren-operators", "warren:x:900:anna,warren\nwarren-operators:x:901:warren,anna\n", nil),
            ("warren", "warren:x:900:anna\n", "members of warren can also read the passwords"), ("901", "warren:x:900:\n", nil),
            (
                "warren-operators", "warren:x:900:anna\n",
                "there is no group warren-operators in /etc/group, so only root and the service user can operate"
            ),
            ("ops", "", "there is no group ops in /etc/group"),
            (
                "warren-operators", "warren:x:900:anna,otto\nwarren-operators:x:901:otto\n",
                "anna is in the group warren, whose members operated in"
            ),
            (
                "ops", "ops:x:5:\nwarren:x:900:anna,otto\n",
                "anna, otto are in the group warren, whose members operated in Warren 0.1.0, and not in ops"
            ),
        ] as [(String, String, String?)])
    func operators(name: String, groups: String, warning: String?) {
        let warnings = OperatorGroup(name: name, groups: groups).warnings
        if let warning { #expect(warnings.count == 1 && warnings[0].contains(warning), "\(warnings)") } else { #expect(warnings.isEmpty) }
    }

    @Test("Where the group does not exist nobody is its member") func noGroup() {
        #expect(PeerPolicy(serviceUser: 900, group: nil).level(uid: 1000, groups: [901]) == .observe)
    }

    @Test("A user's name is looked up in the text of passwd(5)", arguments: [(0, "root"), (1000, "anna"), (5, nil)] as [(UInt32, String?)])
    func account(uid: UInt32, name: String?) {
        let text = "root:x:0:0::/:/bin/sh\n:x:5:5\nbroken:x\n#5:x:a:\nanna:x:1000:1000:,,,:/home/anna:/bin/sh\nbert:x:1000:1\n"
        #expect(AccountFile.name(of: uid, in: text) == name)
    }

    @Test(
        "A group is looked up in the text of group(5)",
        arguments: [
            ("warren", 901), ("root", 0), ("empty", nil), ("broken", nil), ("absent", nil), ("", nil),
        ] as [(String, UInt32?)])
    func groupFile(name: String, id: UInt32?) {
        let text = "root:x:0:\n# warren:x:1:\nbroken:x\nempty:x::a\nwarren2:x:5:\nwarren:x:901:anna,otto\nwarren:x:902:\n"
        #expect(GroupFile.id(of: name, in: text) == id)
    }
}
