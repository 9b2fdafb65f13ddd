import Messages
import Testing

@testable import Store

@Suite("Document requests (ArangoDB.md sections 3 and 4)")
struct DocumentRequestTests {
    @Test(
        "Every choice of the server is spelled out, and none is silent",
        arguments: [
            (
                WriteTarget.companies(.update), false,
                "POST /_db/d/_api/document/companies?overwriteMode=update&keepNull=true&mergeObjects=true&versionAttribute=version"
            ),
            (
                .companies(.update, version: nil), true,
                "POST /_db/d/_api/document/companies?overwriteMode=update&keepNull=true&mergeObjects=true&waitForSync=true"
            ),
            (.companies(.replace), false, "POST /_db/d/_api/document/companies?overwriteMode=replace&versionAttribute=version"),
            (.companies(.remove, version: nil), false, "DELETE /_db/d/_api/document/companies"),
            (.companies(.remove), true, "DELETE /_db/d/_api/document/companies?waitForSync=true"),
        ])
    func writes(target: WriteTarget, waitForSync: Bool, expected: String) {
        let request = DocumentRequest.write(target, database: "d", waitForSync: waitForSync, count: 1)
        #expect("\(request.method.rawValue) \(request.path)" == expected)
        #expect(!request.isReadOnly)
    }

    @Test("Reading back always says onlyget: without it the documents would be replaced")
    func reads() {
        let request = DocumentRequest.read(collection: "companies", database: "d", answerLimit: 1)
        #expect("\(request.method.rawValue) \(request.path)" == "PUT /_db/d/_api/document/companies?onlyget=true")
        #expect(request.isReadOnly)
    }

    @Test("Names are percent-encoded byte by byte")
    func encoding() {
        let target = WriteTarget(collection: "a b/ü", mode: .replace, versionAttribute: "v&w=1")
        let request = DocumentRequest.write(target, database: "d%?", waitForSync: false, count: 1)
        #expect(request.path == "/_db/d%25%3F/_api/document/a%20b%2F%C3%BC?overwriteMode=replace&versionAttribute=v%26w%3D1")
    }

    @Test("A body is one array of the documents' own text")
    func documents() {
        var body: [UInt8] = []
        DocumentRequest.writeBody(of: writeBatch("a", "b"), into: &body)
        #expect(String(decoding: body, as: UTF8.self) == #"[{"_key":"a","a":1},{"_key":"b","a":1}]"#)
    }

    @Test("Removing and reading send keys")
    func keys() {
        var body: [UInt8] = []
        DocumentRequest.writeBody(of: writeBatch("a", "b@c", to: .companies(.remove, version: nil)), into: &body)
        #expect(String(decoding: body, as: UTF8.self) == #"["a","b@c"]"#)
    }
}
