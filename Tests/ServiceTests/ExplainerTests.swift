import ControlMessages
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
                    [[processor]]
                    name = "sync"
                    queue = "company.sync"
                    operation = "sync"
                    collection = "companies"
                    key = "/id"
                    version = "/version"
                    [[processor.edges]]
                    collection = "relations"
                    each = "/relations"
                    to = ""
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

    @Test("What follows the document is told too: its edges, the look at those that are there, and the removal of what is older")
    func sweeps() throws {
        let explanation = try Explainer.explain(
            ExplainRequest(processor: "sync", body: Data(#"{"id":"7","version":3,"relations":[8]}"#.utf8).base64EncodedString()),
            settings: settings)
        #expect(explanation.requests.count == 2)
        let sweep = try #require(explanation.sweeps?.first)
        #expect(explanation.sweeps?.count == 1)
        #expect(
            sweep.look
                == .init(method: "GET", path: "/_db/the%20register/_api/edges/relations?vertex=companies%2F7&direction=out", body: ""))
        #expect(sweep.edges == #"those with written_by = "sync" and version below 3, or none"#)
        #expect(
            sweep.request
                == .init(
                    method: "DELETE", path: "/_db/the%20register/_api/document/relations?ignoreRevs=false",
                    body: #"[{"_key":"…","_rev":"…"}]"#))
        let update = try explain(#"{"id":"7","version":3}"#)
        #expect(update.sweeps == nil)
    }

    @Test(
        "What would take more memory than an explanation may is refused before it is taken, with the bound",
        arguments: [
            (bounds: ExplainBounds(textBytes: 100, answerBytes: 10_000), words: "more than 100 bytes"),
            (bounds: ExplainBounds(textBytes: 10_000, answerBytes: 150), words: "more than 150 bytes, too much to be shown"),
        ]) func bounds(bounds: ExplainBounds, words: String) throws
    {
        let body = Data(#"{"id":"7","version":3,"relations":[\#((1...60).map(String.init).joined(separator: ","))]}"#.utf8)
        let request = ExplainRequest(processor: "sync", body: body.base64EncodedString())
        let error = #expect(throws: ControlError.self) { try Explainer.explain(request, settings: settings, bounds: bounds) }
        #expect(error?.status == 413)
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
        #expect(try Explainer.explain(request, settings: settings).requests.count == 2)
    }

    @Test("An unknown processor is told with those there are") func unknown() {
        #expect(throws: ControlError.unknownProcessor("nobody", known: ["updated", "sync"])) {
            try Explainer.explain(ExplainRequest(processor: "nobody", body: ""), settings: settings)
        }
    }

    private func explain(_ message: String) throws -> Explanation {
        try Explainer.explain(ExplainRequest(processor: "updated", body: Data(message.utf8).base64EncodedString()), settings: settings)
    }
}
