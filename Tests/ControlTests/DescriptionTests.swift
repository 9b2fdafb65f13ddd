import ControlClients
import Testing

@testable import ControlMessages
@testable import ControlServer

@Suite("The OpenAPI description") struct DescriptionTests {
    private let routes = Route.all
    private var document: JSONValue { OpenAPI.document(routes, version: "1") }

    @Test("Each route stands in it, and nothing else") func operationsAreRoutes() throws {
        let served = try #require(document["paths"]).members.flatMap { path in path.value.members.map { "\($0.name) \(path.name)" } }
        #expect(served.sorted() == routes.map { "\($0.method.rawValue.lowercased()) \($0.path)" }.sorted())
        let names = try #require(document["paths"]).members.flatMap { $0.value.members.compactMap { $0.value.text("operationId") } }
        #expect(Set(names).count == routes.count)
    }

    @Test("Each route, parameter, member, answer and error code is described in a sentence") func meanings() throws {
        for route in routes {
            let description = route.description
            #expect(!description.summary.isEmpty && !description.summary.hasSuffix("."), "\(route.path)")
            #expect(description.details.isEmpty || description.details.hasSuffix("."), "\(route.path)")
            for parameter in description.parameters { #expect(parameter.meaning.hasSuffix("."), "\(route.path) \(parameter.name)") }
            #expect(!description.replies.isEmpty && description.replies.allSatisfy { $0.meaning.hasSuffix(".") }, "\(route.path)")
            let path = route.path.description.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
            #expect(description.parameters.filter { $0.location == .path }.map(\.name) == path, "\(route.path)")
        }
        for schema in schemas {
            #expect(schema.meaning.hasSuffix("."), "\(schema.name)")
            for member in schema.members { #expect(member.meaning.hasSuffix("."), "\(schema.name).\(member.name)") }
            #expect(Set(schema.members.map(\.name)).count == schema.members.count, "\(schema.name)")
        }
        #expect(ErrorCode.allCases.allSatisfy { $0.meaning.hasSuffix(".") && (400...599).contains($0.status) })
        guard case .array(let codes)? = document["x-warren-errors"] else { return #expect(Bool(false), "no codes") }
        #expect(codes.compactMap { $0.text("code") } == ErrorCode.allCases.map(\.rawValue))
        // Each code belongs to some answer of a route, or to any.
        let own = Set(routes.flatMap(\.description.errors) + RouteDescription.commonErrors)
        #expect(own == Set(ErrorCode.allCases))
    }

    @Test("Each reference leads to a schema, and one name has one meaning") func references() throws {
        let text = String(decoding: document.text, as: UTF8.self)
        let schemas = try #require(document["components"]?["schemas"]).members.map(\.name)
        for part in text.split(separator: "#/components/schemas/").dropFirst() {
            let name = part.prefix { $0 != "\"" }
            #expect(schemas.contains(String(name)), "\(name)")
        }
        for schema in self.schemas { #expect(self.schemas.filter { $0.name == schema.name }.allSatisfy { $0 == schema }, "\(schema.name)") }
    }

    @Test("The members of each schema are those that the message has in JSON, with types, and may be absent where they may") func members()
    {
        for (schema, type) in Self.messages { #expect(Shape.text(schema) == Shape.text(type), "\(schema.name)") }
        let known = Set(Self.messages.map(\.0.name))
        // Written by hand, and compared in ServiceTests.
        #expect(schemas.filter { !known.contains($0.name) }.map(\.name) == ["Event"])
    }

    @Test("It is served, and describes where it is") func served() async throws {
        try await withServer(routes: routes) { server in
            let answer = try await server.client.text(.get, "/v1/openapi.json")
            // Read by what others read JSON with: it has more values than a request may have.
            let document = try ControlJSON.decode(Served.self, from: answer)
            #expect(document.openapi == "3.1.0")
            #expect(document.paths.keys.contains("/v1/openapi.json"))
        }
    }

    /// The top of the document.
    private struct Served: Decodable {
        struct Anything: Decodable {}
        let openapi: String
        let paths: [String: Anything]
    }

    private var schemas: [MessageSchema] {
        let own = routes.flatMap { route in
            (route.description.body.map { [$0.schema] } ?? []) + route.description.replies.flatMap(\.content.schemas)
        }
        let all = ([ErrorReply.schema] + own).flatMap { [$0] + $0.references }
        return all.reduce(into: [MessageSchema]()) { list, schema in if !list.contains(schema) { list.append(schema) } }
    }

    private static let messages: [(MessageSchema, any (Decodable & Sendable).Type)] = [
        (ErrorReply.schema, ErrorReply.self), (ErrorReply.contentSchema, ErrorReply.Content.self), (StatusReport.schema, StatusReport.self),
        (ServiceStatus.schema, ServiceStatus.self), (HealthReport.schema, HealthReport.self), (ServerStatus.schema, ServerStatus.self),
        (ServerStatus.License.schema, ServerStatus.License.self),
        (ProcessorStatus.schema, ProcessorStatus.self), (ProcessorStatus.Totals.schema, ProcessorStatus.Totals.self),
        (ProcessorStatus.LastError.schema, ProcessorStatus.LastError.self),
        (ProcessorStatus.Partitions.schema, ProcessorStatus.Partitions.self),
        (PauseReport.schema, PauseReport.self), (ProcessorStatus.DeadLetters.schema, ProcessorStatus.DeadLetters.self),
        (ProcessorStatus.RateLimit.schema, ProcessorStatus.RateLimit.self),
        (PauseOrder.schema, PauseOrder.self),
        (ProcessorList.schema, ProcessorList.self), (ProcessorChange.schema, ProcessorChange.self),
        (DeadLetterListing.schema, DeadLetterListing.self), (DeadLetterListing.Group.schema, DeadLetterListing.Group.self),
        (DeadLetterSummary.schema, DeadLetterSummary.self), (DeadLetterDetail.schema, DeadLetterDetail.self),
        (DeadLetterDetail.Field.schema, DeadLetterDetail.Field.self), (DeadLetterReport.schema, DeadLetterReport.self),
        (DeadLetterOrder.schema, DeadLetterOrder.self), (ResyncReport.schema, ResyncReport.self),
        (ResyncReport.Outstanding.schema, ResyncReport.Outstanding.self), (ResyncReport.Counts.schema, ResyncReport.Counts.self),
        (ResyncSummary.schema, ResyncSummary.self), (ResyncOrder.schema, ResyncOrder.self), (ReloadReport.schema, ReloadReport.self),
        (StopReply.schema, StopReply.self), (LogLevelMessage.schema, LogLevelMessage.self), (ExplainRequest.schema, ExplainRequest.self),
        (Explanation.schema, Explanation.self), (Explanation.Request.schema, Explanation.Request.self),
        (Explanation.Sweep.schema, Explanation.Sweep.self), (Explanation.Onward.schema, Explanation.Onward.self),
        (Explanation.Refusal.schema, Explanation.Refusal.self), (HistoryReport.schema, HistoryReport.self),
        (HistoryReport.Decision.schema, HistoryReport.Decision.self),
    ]
}

extension JSONValue {
    fileprivate var members: [Member] { if case .object(let members) = self { members } else { [] } }
}
