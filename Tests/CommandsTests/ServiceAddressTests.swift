import FoundationEssentials
import Settings
import Testing

@testable import Commands

@Suite("Which service is meant") struct ServiceAddressTests {
    private static let processor = """
        [[processor]]
        name = "a"
        queue = "a"
        operation = "update"
        collection = "c"
        key = "/id"

        """

    /// Calls `body` with a configuration file of this text.
    private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "warren-\(UUID().uuidString).toml").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        try body(file)
    }

    @Test("A configuration that is named says where its service listens, and which file that must run") func named() throws {
        try withFile("[control]\nsocket = \"/run/other/control.sock\"\n" + Self.processor) { file in
            let address = try ServiceAddress.running(file, environment: [:])
            #expect(address.socket == "/run/other/control.sock")
            #expect(address.configuration == file)
            #expect(try ServiceAddress.running(file, environment: ["WARREN_CONTROL_SOCKET": "/run/e.sock"]).socket == "/run/e.sock")
        }
    }

    @Test("One with mistakes, or that is not there, is an error: the usual socket may be another service's") func broken() throws {
        try withFile("[control]\nsockets = 1\n" + Self.processor) { file in
            #expect(throws: ServiceAddress.Fault.self) { try ServiceAddress.running(file, environment: [:]) }
        }
        #expect(throws: ServiceAddress.Fault.self) { try ServiceAddress.running("/nonexistent/x.toml", environment: [:]) }
    }

    @Test("The file of a unit is served where its unit says, even if it cannot be read here") func unit() throws {
        let name = "none-\(UUID().uuidString)"
        let address = try ServiceAddress.running("/etc/warren/\(name).toml", environment: [:])
        #expect(address.socket == "/run/warren-\(name)/control.sock")
        #expect(address.configuration == "/etc/warren/\(name).toml")
        #expect(ServiceAddress.instance(name, environment: [:]).socket == address.socket)
        #expect(UnitFiles.socket(ofFile: "/etc/warren/warren.toml") == ControlSettings().socket)
        for path in ["/etc/warren/conf.d/x.toml", "/etc/warren/.toml", "/srv/warren/x.toml", "etc/warren/x.toml", "/etc/warren/x"] {
            #expect(UnitFiles.socket(ofFile: path) == nil, "\(path)")
        }
    }

    @Test(
        "An instance's name is what systemd takes as one",
        arguments: [
            ("x", true), ("north-1", true), ("a\\x2db", true), ("", false), ("a/b", false), ("..", false), ("a b", false), ("ü", false),
        ])
    func names(name: String, isName: Bool) {
        #expect(UnitFiles.isInstanceName(name) == isName)
    }

    @Test("Two paths to one file are one") func same() throws {
        try withFile("") { file in
            let link = "\(file).link"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
            defer { try? FileManager.default.removeItem(atPath: link) }
            #expect(ServiceAddress.isSame(file, link))
            #expect(!ServiceAddress.isSame(file, "\(file).other"))
        }
    }
}
