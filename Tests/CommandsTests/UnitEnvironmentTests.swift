import FoundationEssentials
import Testing

@testable import Commands

@Suite("What systemd gives a service") struct UnitEnvironmentTests {
    /// As `systemctl cat` prints it.
    private let text = """
        # /usr/lib/systemd/system/warren@.service
        [Unit]
        Environment=WARREN_LOG_LEVEL=not-here
        [Service]
        User=warren
        Environment=WARREN_CONTROL_SOCKET=/run/warren-%i/control.sock LIBDISPATCH_LOG=NO
        #LoadCredential=arangodb.token:/etc/nothing
        LoadCredential=arangodb.password:/etc/old
        LoadCredential=

        # /etc/systemd/system/warren@x.service.d/login.conf
        [Service]
        Environment="WARREN_RABBITMQ_USERNAME=in stance" \\
        # a comment within
            'WARREN_ARANGODB_USERNAME=%i'
        EnvironmentFile=-/etc/default/warren-%i
        LoadCredential=rabbitmq.password:/etc/warren/credentials/%i.password
        LoadCredential=other:/etc/other
        LoadCredentialEncrypted=arangodb.token:/etc/token.cred
        SetCredential=arangodb.password:geheim

        [Install]
        Environment=WARREN_LOG_LEVEL=nor-here
        """

    private func unit(readable: Set<String>, files: [String: String] = [:]) -> UnitEnvironment {
        UnitEnvironment(unit: "warren@x.service", instance: "x", text: text, isReadable: { readable.contains($0) }, read: { files[$0] })
    }

    @Test("Variables that set keys are those of its unit and of the files that this names; a command's own win") func variables() {
        let file = "# x\nWARREN_RABBITMQ_PREFETCH=7\nPATH=/bin\nWARREN_ARANGODB_DATABASE=\"d d\"\n"
        let unit = unit(readable: [], files: ["/etc/default/warren-x": file])
        #expect(
            unit.variables == [
                "WARREN_CONTROL_SOCKET": "/run/warren-x/control.sock", "WARREN_RABBITMQ_USERNAME": "in stance",
                "WARREN_ARANGODB_USERNAME": "x",
                "WARREN_RABBITMQ_PREFETCH": "7", "WARREN_ARANGODB_DATABASE": "d d",
            ])
        #expect(unit.variables(over: ["WARREN_ARANGODB_USERNAME": "own", "HOME": "/"])["WARREN_ARANGODB_USERNAME"] == "own")
    }

    @Test("Credentials are those that a start would load; what the running service has does for others") func credentials() {
        let running = "/run/credentials/warren@x.service"
        let all = unit(readable: ["/etc/warren/credentials/x.password", "\(running)/rabbitmq.password", "\(running)/arangodb.token"])
        #expect(
            all.credentials == [
                "rabbitmq.password": "/etc/warren/credentials/x.password", "arangodb.token": "\(running)/arangodb.token",
            ])
        #expect(
            all.summary
                == "As warren@x.service has: WARREN_ARANGODB_USERNAME, WARREN_RABBITMQ_USERNAME, the credential arangodb.token "
                + "(\(running)/arangodb.token), the credential rabbitmq.password (/etc/warren/credentials/x.password)")
        #expect(unit(readable: ["\(running)/rabbitmq.password"]).credentials == ["rabbitmq.password": "\(running)/rabbitmq.password"])
    }

    @Test("What the command cannot read is told, with where it is, and shows no secret") func missing() {
        let warnings = unit(readable: []).warnings
        #expect(warnings.count == 3)
        #expect(warnings[0].hasPrefix("warren@x.service has the credential rabbitmq.password (/etc/warren/credentials/x.password), which"))
        #expect(
            warnings[1].contains("(LoadCredentialEncrypted=)") && warnings[1].contains("/run/credentials/warren@x.service/arangodb.token"))
        #expect(warnings[2].contains("arangodb.password (SetCredential=)"))
        for warning in warnings { #expect(!warning.contains("geheim")) }
    }

    @Test("A unit without any of it has nothing, and a file that no unit runs has no unit") func none() {
        let unit = UnitEnvironment(
            unit: "warren.service", instance: nil, text: "[Service]\nType=notify\n", isReadable: { _ in false }, read: { _ in nil })
        #expect(unit.variables.isEmpty && unit.credentials.isEmpty && unit.warnings.isEmpty && unit.summary == nil)
        #expect(UnitFiles.unit(ofFile: "/srv/warren.toml") == nil)
        #expect(UnitFiles.unit(ofFile: "/etc/warren/x.toml")?.unit == "warren@x.service")
        #expect(UnitFiles.unit(ofFile: "/etc/warren/warren.toml")?.instance == nil)
        #expect(UnitEnvironment.running("/etc/warren/warren.toml", environment: ["CREDENTIALS_DIRECTORY": "/run/secrets"]) == nil)
    }

    @Test("Words are separated as systemd separates them") func words() {
        #expect(UnitText.words(#"A=b "C=d e" 'F=g"h' I=\"j\ k"#) == ["A=b", "C=d e", "F=g\"h", "I=\"j k"])
        #expect(UnitText.words("").isEmpty)
    }

    @Test("A reload says which credential takes a restart, or that one may") func reload() {
        let unit = unit(readable: ["/etc/warren/credentials/x.password"])
        func lines(_ source: String?, _ names: [String] = ["rabbitmq.password"]) -> [String] {
            CredentialChange.lines(of: names, unit: unit) { path in
                path.hasPrefix("/run/credentials/") ? Data("old".utf8) : source.map { Data($0.utf8) }
            }
        }
        #expect(lines("old").isEmpty)
        #expect(
            lines("new") == [
                "credential rabbitmq.password: /etc/warren/credentials/x.password has changed, and takes effect with a restart: systemctl restart warren@x.service"
            ])
        #expect(lines(nil).first?.hasPrefix("credential rabbitmq.password: is as systemd gave it to warren@x.service at its start") == true)
        #expect(lines("old", ["rabbitmq.password", "arangodb.token"]).first?.hasPrefix("credential arangodb.token: is as systemd") == true)
        #expect(CredentialChange.lines(of: ["arangodb.token"], unit: nil).count == 1)
        #expect(CredentialChange.lines(of: [], unit: nil).isEmpty)
    }
}
