import FoundationEssentials
import Settings
import Testing

@Suite("Files on disk")
struct FileTests {
    /// A new directory with `files`, given to `body` and removed afterwards.
    private func withFiles(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "warren-settings-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        for (name, text) in files {
            let file = directory.appending(path: name)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        }
        try body(directory.path)
    }

    @Test("The file, conf.d in the order of names, and credentials are read; backups and hidden files are not")
    func all() throws {
        try withFiles([
            "warren.toml": "[rabbitmq]\nprefetch = 1\nusername = \"a\"\n" + processor, "conf.d/20-b.toml": "rabbitmq.prefetch = 3",
            "conf.d/10-a.toml": "[rabbitmq]\nprefetch = 2\nvhost = \"v\"", "conf.d/30-c.toml.bak": "broken", "conf.d/.40.toml": "broken",
            "credentials/rabbitmq.password": "geheim\n",
        ]) { directory in
            let settings = try SettingsLoader.load(
                file: "\(directory)/warren.toml",
                environment: ["CREDENTIALS_DIRECTORY": "\(directory)/credentials", "WARREN_LOG_LEVEL": "debug"])
            #expect(settings.rabbitmq.prefetch == 3)
            #expect(settings.rabbitmq.username == "a")
            #expect(settings.rabbitmq.vhost == "v")
            #expect(settings.rabbitmq.password.revealed == "geheim")
            #expect(settings.log.level == .debug)
        }
    }

    @Test("A missing file is told, together with the mistakes of the others")
    func missing() throws {
        try withFiles(["conf.d/a.toml": "[retry]\nattempts = 0"]) { directory in
            let error = #expect(throws: SettingsErrors.self) { try SettingsLoader.load(file: "\(directory)/warren.toml", environment: [:]) }
            #expect(
                error?.errors.map(\.description) == [
                    "\(directory)/warren.toml: does not exist; name another file with --config, or restore it from the package",
                    "\(directory)/conf.d/a.toml:2: retry.attempts = 0: must be a whole number from 1 to 1000",
                ])
        }
    }

    @Test("A file that is not text is told")
    func notText() throws {
        try withFiles(["warren.toml": processor, "conf.d/b.toml": ""]) { directory in
            try Data([0x61, 0xFF]).write(to: URL(filePath: "\(directory)/conf.d/b.toml"))
            try FileManager.default.createDirectory(atPath: "\(directory)/conf.d/c.toml", withIntermediateDirectories: false)
            let error = #expect(throws: SettingsErrors.self) { try SettingsLoader.load(file: "\(directory)/warren.toml", environment: [:]) }
            #expect(error?.errors.map(\.description).first == "\(directory)/conf.d/b.toml: is not UTF-8 text")
            #expect(error?.errors.map(\.description).last == "\(directory)/conf.d/c.toml: cannot be read: it is a directory")
        }
    }
}
