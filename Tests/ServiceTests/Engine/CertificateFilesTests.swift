import FoundationEssentials
import Settings
import Testing

@testable import Service

@Suite("Certificates that are renewed in place") struct CertificateFilesTests {
    @Test("Another content under the same path is a change of that key; another path is not, the settings tell it")
    func contents() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "warren-\(UInt32.random(in: .min ... .max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let (one, two) = (directory.appending(path: "one.pem").path, directory.appending(path: "two.pem").path)
        for path in [one, two] { try Data("first".utf8).write(to: URL(filePath: path)) }
        var settings = Settings()
        settings.rabbitmq.tls.ca = one
        settings.arangodb.tls.ca = two
        let before = CertificateFiles(settings)
        #expect(before.changes(to: CertificateFiles(settings)) == [])
        try Data("second".utf8).write(to: URL(filePath: two))
        #expect(before.changes(to: CertificateFiles(settings)) == ["arangodb.tls.ca"])
        settings.arangodb.tls.ca = nil
        #expect(before.changes(to: CertificateFiles(settings)) == [])
        try FileManager.default.removeItem(atPath: one)
        #expect(before.changes(to: CertificateFiles(settings)) == ["rabbitmq.tls.ca"], "gone is a change, too")
    }
}
