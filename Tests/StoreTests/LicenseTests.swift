import ArangoEmulator
import FoundationEssentials
import Messages
import Settings
import TestDatabase
import Testing

@testable import Store

/// `GET /_admin/license`: the bodies are the manual's (ArangoDB.md section 10).
@Suite("Licences")
struct LicenseTests {
    private func report(_ body: String) throws -> LicenseReport? {
        try JSONDecoder().decode(LicenseAnswer.self, from: Data(body.utf8)).report
    }

    @Test("The Community Edition tells how much of its limit is used; times that are years away are left out")
    func community() throws {
        let good = try report(
            #"{"upgrading":false,"diskUsage":{"bytesUsed":127316844,"bytesLimit":107374182400,"limitReached":false,"#
                + #""secondsUntilReadOnly":315569520,"secondsUntilShutDown":315569520,"status":"good"}}"#)
        #expect(good?.state == .good)
        #expect(good?.bytesLimit == 107_374_182_400)
        #expect(good?.secondsUntilReadOnly == nil)
        #expect(good.map { "\($0)" } == "good: 0.1 of 100.0 GiB used")
        let reached = try report(
            #"{"diskUsage":{"bytesUsed":110000000000,"bytesLimit":107374182400,"limitReached":true,"secondsUntilReadOnly":172799,"#
                + #""secondsUntilShutDown":345599,"status":"limit-reached"}}"#)
        #expect(
            reached.map { "\($0)" }
                == "limit-reached: 102.4 of 100.0 GiB used, takes no more writes in 47 h, shuts down in 95 h")
        #expect(try report(#"{"diskUsage":{"status":"read-only","secondsUntilShutDown":7200}}"#)?.state == .readOnly)
    }

    @Test("An Enterprise licence has a state and an end; the worse state counts")
    func enterprise() throws {
        let good = try report(
            #"{"upgrading":false,"features":{"expires":1743568356},"hash":"95af","license":"JD4E","version":1,"status":"good"}"#)
        #expect(good?.state == .good && good?.expires == 1_743_568_356)
        #expect(try report(#"{"status":"expiring"}"#)?.state == .expiring)
        #expect(try report(#"{"status":"good","diskUsage":{"status":"limit-reached"}}"#)?.state == .limitReached)
        #expect(try report(#"{"status":"expired","diskUsage":{"status":"good"}}"#)?.state == .expired)
    }

    @Test("A server without a limit tells nothing; what is not understood is not made up")
    func nothing() throws {
        #expect(try report(#"{"license":"none"}"#) == nil)
        #expect(try report("{}") == nil)
        let odd = try report(#"{"diskUsage":{"status":"melting","bytesUsed":-1,"bytesLimit":1e300}}"#)
        #expect(odd?.state == .other && odd?.bytesUsed == nil && odd?.bytesLimit == nil)
    }

    @Test("It is asked in the configured database; a hardened server tells administrators only (the emulator's mode)")
    func hardened() async throws {
        for (isHardened, status) in [(false, nil), (true, 403 as Int?)] {
            let server = try await TestDatabase.emulated(Configuration(isHardened: isHardened))
            #expect(server.create())
            let user = server.makeUser(password: "u")
            #expect(server.grant("rw", to: user))
            let store = try DocumentStore(settings: .testing(server) { ($0.username, $0.password) = (user, Secret("u")) })
            #expect(await store.license().failure?.fault.status == status)
            #expect(server.recentRequests.contains { $0.target == "/_db/\(server.name)/_admin/license" })
            await store.close()
        }
    }
}
