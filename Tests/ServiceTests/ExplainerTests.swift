import Control
import FoundationEssentials
import Service
import Settings
import Testing

@Suite("Explaining a message") struct ExplainerTests {
    private let settings: Settings

    init() throws {
        settings = try SettingsLoader.settings(from: [
            ConfigurationSource(
                name: "test.toml",
                text: """
                    [arangodb]
                    database = "the register"
                    [[processor]]
                    name = "updated"
                    queue = "company.updated"
                    operation = "update"
                    collection = "companies"
                    key = "/id"
                    version = "/version"
                    """)
        ])
    }

    @Test("The request is told as it would be sent: method, path, query and body") func planned() throws {
        let explanation = try explain(#"{"id":"7","version":3,"name":"Müller","share":0.10}"#)
        #expect(explanation.collection == "companies")
        #expect(explanation.key == "7")
        #expect(explanation.version == 3)
        #expect(
            explanation.requests == [
                .init(
                    method: "POST",
                    path: "/_db/the%20register/_api/document/companies?overwriteMode=update&keepNull=true&mergeObjects=true"
                        + "&versionAttribute=version",
                    body: #"[{"_key":"7","id":"7","version":3,"name":"Müller","share":0.10}]"#)
            ])
        #expect(explanation.refusal == nil)
    }

    @Test("A message that cannot be written is told with the reason and the queue it would be parked in") func refused() throws {
        let explanation = try explain(#"{"name":"Müller"}"#)
        #expect(explanation.requests.isEmpty)
        #expect(explanation.refusal?.reason == "bad-version" || explanation.refusal?.reason == "bad-key")
        #expect(explanation.refusal?.queue == "company.updated.dead")
    }

    @Test("An encoding is honoured, and an unknown one refused as it would be") func encoding() throws {
        let explanation = try Explainer.explain(
            ExplainRequest(processor: "updated", body: Data("{}".utf8).base64EncodedString(), contentEncoding: "br"), settings: settings)
        #expect(explanation.refusal?.reason == "bad-encoding")
    }

    @Test("An unknown processor is told with those there are") func unknown() {
        #expect(throws: ControlError.unknownProcessor("nobody", known: ["updated"])) {
            try Explainer.explain(ExplainRequest(processor: "nobody", body: ""), settings: settings)
        }
    }

    private func explain(_ message: String) throws -> Explanation {
        try Explainer.explain(ExplainRequest(processor: "updated", body: Data(message.utf8).base64EncodedString()), settings: settings)
    }
}
