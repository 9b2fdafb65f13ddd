import FoundationEssentials
import Settings
import Testing

@Suite("Files that hold a secret")
struct FilePermissionProblemTests {
    /// The mistakes of a configuration on disk whose files have these texts and modes; `DIR` in a text is their directory.
    private func mistakes(_ files: [String: (text: String, mode: Int)], directoryMode: Int = 0o755) throws -> [String] {
        let directory = FileManager.default.temporaryDirectory.appending(path: "warren-exposure-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for (name, file) in files {
            let path = "\(directory)/\(name)"
            let parent = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try file.text.replacing("DIR", with: directory).write(toFile: path, atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: file.mode], ofItemAtPath: path)
        }
        try FileManager.default.setAttributes([.posixPermissions: directoryMode], ofItemAtPath: directory)
        do throws(SettingsErrors) {
            _ = try SettingsLoader.load(
                file: "\(directory)/warren.toml", environment: ["CREDENTIALS_DIRECTORY": "\(directory)/credentials"])
            return []
        } catch {
            return error.errors.map { $0.description.replacing(directory, with: "DIR") }
        }
    }

    @Test(
        "A configuration file with a password is refused if every user has access to it, and the message tells what to run",
        arguments: [
            #"rabbitmq.password = "geheim""#, #"rabbitmq.endpoints = ["amqp://warren:geheim@mq"]"#, #"arangodb.password = "geheim""#,
        ])
    func configuration(text: String) throws {
        let told =
            "DIR/warren.toml: holds a password, and every user of this machine has access to it (mode 644): run chmod o-rwx DIR/warren.toml"
        #expect(try mistakes(["warren.toml": ("\(text)\n\(processor)", 0o644)]) == [told])
        #expect(try mistakes(["warren.toml": ("\(text)\n\(processor)", 0o640)]) == [])
    }

    @Test("In a directory that only owner and group may search, a file may have any mode")
    func closedDirectory() throws {
        let files = ["conf.d/a.toml": ("[rabbitmq]\npassword = \"geheim\"", 0o644), "warren.toml": (processor, 0o644)]
        #expect(try mistakes(files, directoryMode: 0o750) == [])
        #expect(try mistakes(files, directoryMode: 0o751).count == 1)
    }

    @Test("It is the file with the password that counts, and other mistakes are told as well")
    func configurationDirectory() throws {
        let files = ["warren.toml": (processor, 0o644), "conf.d/a.toml": ("[arangodb]\npassword = \"geheim\"\ntimeout = \"0s\"", 0o602)]
        let told = try mistakes(files)
        #expect(told.count == 2)
        #expect(told.contains { $0.hasPrefix("DIR/conf.d/a.toml: holds a password") && $0.contains("mode 602") })
        #expect(told.contains { $0.hasPrefix("DIR/conf.d/a.toml:3: arangodb.timeout") })
    }

    @Test(
        "What every installation has is no secret, and neither is an empty password",
        arguments: [
            #"rabbitmq.password = "guest""#, #"rabbitmq.endpoints = ["amqp://guest:guest@mq"]"#, #"arangodb.password = """#, "",
        ])
    func noSecret(text: String) throws {
        #expect(try mistakes(["warren.toml": ("\(text)\n\(processor)", 0o644)]) == [])
    }

    @Test("A credential that every user can read is refused", arguments: ["rabbitmq.password", "arangodb.password", "arangodb.token"])
    func credential(name: String) throws {
        let told =
            "credential \(name): is a secret, and every user of this machine has access to it (mode 444): run chmod o-rwx DIR/credentials/\(name)"
        #expect(try mistakes(["warren.toml": (processor, 0o644), "credentials/\(name)": ("geheim", 0o444)]) == [told])
        #expect(try mistakes(["warren.toml": (processor, 0o644), "credentials/\(name)": ("geheim", 0o440)]) == [])
    }

    @Test("A private key that every user can read is refused, at the line that names it")
    func privateKey() throws {
        let text = "[rabbitmq.tls]\ncertificate = \"DIR/c.pem\"\nkey = \"DIR/k.pem\"\n\(processor)"
        let told =
            #"DIR/warren.toml:3: rabbitmq.tls.key = "DIR/k.pem": is a private key, and every user of this machine has access to it (mode 644): run chmod o-rwx DIR/k.pem"#
        #expect(try mistakes(["warren.toml": (text, 0o644), "k.pem": ("", 0o644)]) == [told])
        #expect(try mistakes(["warren.toml": (text, 0o644), "k.pem": ("", 0o600)]) == [])
    }

    @Test("TLS files can be credentials, named as their keys; they win over the file")
    func tlsCredentials() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "warren-exposure-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(atPath: "\(directory)/credentials", withIntermediateDirectories: true)
        try "\(processor)\n[arangodb.tls]\nca = \"/etc/ca.pem\"".write(
            toFile: "\(directory)/warren.toml", atomically: false, encoding: .utf8)
        for name in ["rabbitmq.tls.key", "rabbitmq.tls.certificate", "arangodb.tls.ca"] {
            try "pem".write(toFile: "\(directory)/credentials/\(name)", atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: "\(directory)/credentials/\(name)")
        }
        let settings = try SettingsLoader.load(
            file: "\(directory)/warren.toml", environment: ["CREDENTIALS_DIRECTORY": "\(directory)/credentials"])
        #expect(settings.rabbitmq.tls.key == "\(directory)/credentials/rabbitmq.tls.key")
        #expect(settings.rabbitmq.tls.certificate == "\(directory)/credentials/rabbitmq.tls.certificate")
        #expect(settings.arangodb.tls.ca == "\(directory)/credentials/arangodb.tls.ca")
    }
}
