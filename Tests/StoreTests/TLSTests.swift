import Messages
import Settings
import TestDatabase
import Testing

@testable import Store

@Suite("TLS")
struct TLSTests {
    private let openSSL: OpenSSL

    init() async throws {
        openSSL = try OpenSSL()
        try await openSSL.makeAuthority("authority")
        try await openSSL.makeCertificate("server", for: "db.example", by: "authority")
    }

    private func version(_ server: OpenSSL.Server, _ change: (inout TLSSettings) -> Void) async throws -> Result<
        VersionReport, RequestFailure
    > {
        let store = try DocumentStore(
            settings: .testing("https://127.0.0.1:\(server.port)") {
                $0.tls.ca = openSSL.path("authority.pem")
                change(&$0.tls)
            })
        let version = await store.serverVersion()
        await store.close()
        return version
    }

    @Test("With server_name the certificate and SNI bear that name, wherever the connection goes")
    func serverName() async throws {
        let other = ["-servername", "db.example", "-servername_fatal", "-cert2", "server.pem", "-key2", "server.key"]
        let server = try await openSSL.serve("server", other)
        #expect(
            try await version(server) { $0.serverName = "db.example" } == .success(.told(ServerVersion(major: 3, minor: 12, patch: 10))))
    }

    @Test(
        "No version of TLS below the floor is spoken, and min_version raises it",
        arguments: [
            ("-tls1_1", TLSSettings.Version.tls12, false), ("-tls1_2", .tls12, true), ("-tls1_3", .tls12, true), ("-tls1_2", .tls13, false),
            ("-tls1_3", .tls13, true),
        ])
    func versions(spoken: String, lowest: TLSSettings.Version, isAccepted: Bool) async throws {
        // Without security the server would speak TLS 1.1.
        let server = try await openSSL.serve("server", [spoken, "-cipher", "DEFAULT:@SECLEVEL=0"])
        let failure = try await version(server) { ($0.serverName, $0.minVersion) = ("db.example", lowest) }.failure
        #expect((failure == nil) == isAccepted, "\(failure.debugDescription)")
    }

    @Test("A certificate for another name is not accepted, unless nothing is verified")
    func otherName() async throws {
        let server = try await openSSL.serve("server")
        #expect(try await version(server) { _ in }.failure?.kind == .configuration)
        #expect(try await version(server) { $0.serverName = "elsewhere.example" }.failure?.kind == .configuration)
        #expect(try await version(server) { $0.verify = false }.failure == nil)
    }

    @Test("A certificate that matches by its CN only is accepted and reported; one with names is not reported", arguments: [true, false])
    func namedBySubject(hasNames: Bool) async throws {
        if !hasNames { try await openSSL.makeCertificate("server", for: "db.example", by: "authority", hasNames: false) }
        let server = try await openSSL.serve("server", ["-servername", "db.example", "-cert2", "server.pem", "-key2", "server.key"])
        let store = try DocumentStore(
            settings: .testing("https://127.0.0.1:\(server.port)") {
                ($0.tls.ca, $0.tls.serverName) = (openSSL.path("authority.pem"), "db.example")
            })
        #expect(await store.serverVersion().failure == nil)
        #expect(await store.coordinators().map(\.isNamedBySubject) == [!hasNames])
        await store.close()
    }

    @Test("A certificate of an unknown authority is not accepted")
    func otherAuthority() async throws {
        try await openSSL.makeAuthority("stranger")
        let server = try await openSSL.serve("server")
        let failure = try await version(server) { ($0.serverName, $0.ca) = ("db.example", openSSL.path("stranger.pem")) }.failure
        #expect(failure?.kind == .configuration)
        #expect(failure?.fault.message.contains("certificate") == true)
    }

    @Test("A client certificate is shown where one is asked for")
    func clientCertificate() async throws {
        try await openSSL.makeCertificate("client", for: "warren", by: "authority")
        let server = try await openSSL.serve("server", ["-Verify", "1", "-verify_return_error", "-CAfile", "authority.pem"])
        let shown = try await version(server) {
            $0.serverName = "db.example"
            ($0.certificate, $0.key) = (openSSL.path("client.pem"), openSSL.path("client.key"))
        }
        #expect(shown.failure == nil)
        #expect(try await version(server) { $0.serverName = "db.example" }.failure != nil)
    }

    @Test("A key that does not belong to the certificate is a matter of configuration")
    func wrongKey() async throws {
        try await openSSL.makeCertificate("client", for: "warren", by: "authority")
        let server = try await openSSL.serve("server")
        let result = try await version(server) {
            $0.serverName = "db.example"
            ($0.certificate, $0.key) = (openSSL.path("client.pem"), openSSL.path("server.key"))
        }
        #expect(result.failure?.kind == .configuration)
    }

    @Test("TLS to a port that does not speak it reaches nobody")
    func plainPort() async throws {
        let server = try await TestDatabase.make()
        let store = try DocumentStore(settings: .testing("https://127.0.0.1:\(server.port)"))
        let failure = await store.write(writeBatch("a")).failure
        #expect(failure?.kind == .outage)
        await store.close()
    }
}
