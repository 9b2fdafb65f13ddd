import Commands
import ControlClients
import ControlMessages
import ControlServer
import Testing

@Suite("The control server", .serialized) struct ServerTests {
    @Test("Status comes back as it was given") func status() async throws {
        try await withServer { server in
            let report: StatusReport = try await server.client.send(.get, "/v1/status")
            #expect(report.processors.map(\.name) == ["company-updated", "company-sync"])
            #expect(report.service.health.status == .healthy)
        }
    }

    @Test("A change by root is done and told with who asked, and what became of it") func change() async throws {
        try await withServer { server in
            let change: ProcessorChange = try await server.client.send(.post, "/v1/processors/company-sync/pause")
            #expect(change == ProcessorChange(name: "company-sync", state: .paused, changed: true, held: 0))
            let record = try #require(server.changes.all.first)
            #expect(record.peer.uid == 0)
            #expect(record.path == "/v1/processors/company-sync/pause")
            #expect(record.status == 200)
        }
    }

    @Test("A reason goes with the user who gives it; one that is no line, or too long, is refused") func reason() async throws {
        let asked = Asked()
        try await withServer(service: .sample(asked)) { server in
            let path = "/v1/processors/company-sync/pause"
            let order = PauseOrder(reason: "schema change")
            let _: ProcessorChange = try await server.client.send(.post, path, body: order)
            let _: ProcessorChange = try await server.client.send(.post, "/v1/processors/company-sync/drain", body: order)
            let _: ProcessorChange = try await server.client.send(.post, path)
            #expect(asked.all == ["pause company-sync 0: schema change"])
            for reason in ["", "two\nlines", "a\u{1B}[2J", String(repeating: "x", count: 201)] {
                await #expect(throws: ClientError.self, "\(reason)") {
                    let _: ProcessorChange = try await server.client.send(.post, path, body: PauseOrder(reason: reason))
                }
            }
            #expect(asked.all.count == 1)
        }
    }

    @Test("An unknown processor is told with those there are") func unknown() async throws {
        try await withServer { server in
            await #expect(throws: ClientError.refused(.unknownProcessor("nobody", known: ["company-updated", "company-sync"]))) {
                let _: ProcessorChange = try await server.client.send(.post, "/v1/processors/nobody/pause")
            }
        }
    }
}
