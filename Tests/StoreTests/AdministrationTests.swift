import ArangoEmulator
import Messages
import Settings
import TestDatabase
import Testing

@testable import Store

private func withStore(
    settings change: (inout ArangoDBSettings) -> Void = { _ in }, _ body: (TestDatabase, DocumentStore) async throws -> Void
) async throws {
    let server = try await TestDatabase.make()
    let store = try DocumentStore(settings: .testing(server, change: change))
    try await body(server, store)
    await store.close()
}

private let plan = ProvisionPlan(
    collections: [ProvisionPlan.Collection(name: "companies", expiryAttribute: "expires_at"), ProvisionPlan.Collection(name: "people")],
    needsVersions: true)

@Suite("Provisioning and looking")
struct AdministrationTests {
    @Test("Provisioning creates what is missing, and a second time finds it", arguments: [ArangoDBSettings.Authentication.basic, .jwt])
    func provision(authentication: ArangoDBSettings.Authentication) async throws {
        try await withStore(settings: { $0.authentication = authentication }) { server, store in
            let subjects: [ProvisionStep.Subject] = [
                .database(server.name), .collection("companies"), .expiryIndex(collection: "companies", attribute: "expires_at"),
                .collection("people"),
            ]
            #expect(await store.provision(plan) == .success(subjects.map { ProvisionStep($0, wasCreated: true) }))
            #expect(await store.provision(plan) == .success(subjects.map { ProvisionStep($0, wasCreated: false) }))
            #expect(await store.missing(plan) == [])
        }
    }

    @Test("Looking finds what is missing, and creates nothing")
    func missing() async throws {
        try await withStore { server, store in
            #expect(await store.missing(plan) == [MissingPrerequisite.noDatabase(server.name)])
            #expect(server.create())
            #expect(await store.missing(plan) == [.noCollection("companies"), .noCollection("people")])
            #expect(server.perform("POST", "/_api/collection", body: #"{"name":"companies"}"#).status == 200)
            #expect(server.perform("POST", "/_api/collection", body: #"{"name":"people","type":3}"#).status == 200)
            #expect(
                await store.missing(plan) == [
                    .noExpiryIndex(collection: "companies", attribute: "expires_at"), .notADocumentCollection("people"),
                ])
            #expect(await store.provision(plan).failure?.kind == .configuration)
        }
    }

    @Test("A server that would ignore versions is found out")
    func tooOld() async throws {
        try await withStore { server, store in
            let old = #"{"server":"arango","license":"community","version":"3.11.8"}"#
            server.inject(InjectedFault(.answer(status: 200, errorNum: nil, message: old), path: "/_api/version"))
            #expect(await store.serverVersion() == .success(.told(ServerVersion(major: 3, minor: 11, patch: 8))))
            #expect(await store.missing(plan).first == .tooOld(ServerVersion(major: 3, minor: 11, patch: 8)))
            var unversioned = plan
            unversioned.needsVersions = false
            #expect(await store.missing(unversioned) == [.noDatabase(server.name)])
        }
    }

    @Test("Wrong credentials and an absent server are told apart")
    func unreachable() async throws {
        try await withStore(settings: { $0.password = Secret("falsch") }) { server, store in
            guard case .notPermitted(let fault) = await store.missing(plan).first else {
                Issue.record("not told as a matter of rights")
                return
            }
            #expect(fault.status == 401)
            await server.goAway()
            guard case .unreachable = await store.missing(plan).first else {
                Issue.record("not told as unreachable")
                return
            }
            #expect(await store.provision(plan).failure?.kind == .outage)
        }
    }

    @Test("A user who may not use the database is told from a wrong password, because users may ask about themselves")
    func noDatabaseAccess() async throws {
        try await withStore { server, _ in
            #expect(server.create())
            let user = server.makeUser(password: "u")
            let store = try DocumentStore(settings: .testing(server) { ($0.username, $0.password) = (user, Secret("u")) })
            // As a real server answers in a database that is forbidden to the user, or not there.
            server.inject(InjectedFault(.answer(status: 401, errorNum: 11, message: "not authorized"), path: "/_api/version"))
            #expect(await store.missing(plan) == [.noDatabaseAccess(server.name, user: user)])
            server.inject(InjectedFault(.answer(status: 401, errorNum: 11, message: "not authorized"), path: "/_api/database/current"))
            let failure = await store.provision(plan).failure
            #expect(failure?.kind == .configuration && failure?.fault.status == 401)
            #expect(failure?.fault.message.hasPrefix("user \(user) may not use the database") == true)
            await store.close()
        }
    }

    @Test(
        "Something that answers otherwise is not said to be away",
        arguments: [#"{"hello":"world"}"#, #"{"server":"couchdb","version":"3.3"}"#, "<html>", #"{"server":"arango","version":"three"}"#])
    func somethingElse(body: String) async throws {
        try await withStore { server, store in
            server.inject(InjectedFault(.answer(status: 200, errorNum: nil, message: body), path: "/_api/version"))
            guard case .unusable? = await store.missing(plan).first else {
                Issue.record("told as something else")
                return
            }
        }
    }

    @Test("A sign of life needs a server that answers, lets us in and has our database")
    func probe() async throws {
        try await withStore { server, store in
            #expect(await store.probe()?.fault.errorNum == 1228)
            _ = try await store.provision(plan).get()
            #expect(await store.probe() == nil)
            server.inject(InjectedFault(.answer(status: 503, errorNum: 503, message: "starting"), times: 1))
            #expect(await store.probe()?.kind == .outage)
            await server.goAway()
            #expect(await store.probe() != nil)
        }
    }

    @Test("A read-only collection is found without writing to it")
    func noAccess() async throws {
        try await withStore { server, store in
            _ = try await store.provision(plan).get()
            server.inject(
                InjectedFault(
                    .answer(status: 403, errorNum: 1004, message: "read only"), method: "DELETE", path: "/_api/document/companies"))
            guard case .noAccess(collection: "companies", let fault) = await store.missing(plan).first else {
                Issue.record("not found")
                return
            }
            #expect(fault.errorNum == 1004)
        }
    }

    @Test(
        "A TTL index that stands in the way is a matter of configuration: what is different is said, and what can be done",
        arguments: ["until", "expires_at"])
    func otherIndex(attribute: String) async throws {
        try await withStore { server, store in
            #expect(server.create())
            #expect(server.perform("POST", "/_api/collection", body: #"{"name":"companies"}"#).status == 200)
            let other = #"{"type":"ttl","fields":["\#(attribute)"],"expireAfter":5}"#
            #expect(server.perform("POST", "/_api/index?collection=companies", body: other).status == 201)
            guard case .otherExpiryIndex(collection: "companies", attribute: "expires_at", let index)? = await store.missing(plan).first
            else {
                Issue.record("not found")
                return
            }
            #expect("\(index)" == "on \(attribute) with expireAfter 5")
            let failure = await store.provision(plan).failure
            #expect(failure?.kind == .configuration)
            #expect(failure?.fault.message.contains("on \(attribute) with expireAfter 5") == true)
            #expect(failure?.fault.message.contains("DELETE /_api/index/\(index.id)") == true)
            // What the advice says helps.
            #expect(server.perform("DELETE", "/_api/index/\(index.id)").status == 200)
            #expect(await store.provision(plan).failure == nil)
            #expect(await store.missing(plan) == [])
        }
    }

    @Test(
        "Versions are read as numbers, and compare as such",
        arguments: [
            ("3.12.10", ServerVersion(major: 3, minor: 12, patch: 10)), ("3.12.0-nightly.20240301", ServerVersion(major: 3, minor: 12)),
            ("4.0", ServerVersion(major: 4, minor: 0)), ("3.12.x", ServerVersion(major: 3, minor: 12)), ("three", nil), ("3", nil),
            ("", nil),
        ])
    func versions(text: String, version: ServerVersion?) {
        #expect(ServerVersion(text) == version)
    }

    @Test("Versions of documents need ArangoDB 3.12")
    func versionAttribute() {
        #expect(!ServerVersion(major: 3, minor: 11, patch: 99).supportsVersionAttribute)
        #expect(ServerVersion(major: 3, minor: 12).supportsVersionAttribute)
        #expect(ServerVersion(major: 4, minor: 0).supportsVersionAttribute)
    }

    @Test("The plan holds each collection once, with a TTL index where documents expire")
    func planning() {
        var update = ProcessorSettings(name: "a", queue: "a", operation: .update, collection: "companies", key: JSONPointer())
        update.version = JSONPointer()
        var expire = ProcessorSettings(name: "b", queue: "b", operation: .invalidate, collection: "companies", key: JSONPointer())
        expire.onInvalidate = .expire
        let sync = ProcessorSettings(name: "c", queue: "c", operation: .sync, collection: "people", key: JSONPointer())
        #expect(ProvisionPlan(processors: [update, expire, sync]) == plan)
        #expect(!ProvisionPlan(processors: [expire, sync]).needsVersions)
    }
}
