import ArangoEmulator
import Settings
import Testing

@testable import Store

/// A way in which a server is not as Warren assumes: what comes to the emulator behind it, or what comes back, is changed.
struct Wrong: Sendable, CustomTestStringConvertible {
    /// A request on its way.
    struct Message: Sendable {
        var method: String
        var target: String
        var body: String
    }

    let testDescription: String
    /// Assumptions that do not hold then.
    let fails: Set<String>
    /// Speaks as this version.
    var version = "3.12.10"
    /// Nil: it is answered here.
    var request: @Sendable (Message) -> Message = { $0 }
    var answer: @Sendable (Message, DatabaseAnswer) -> (status: Int, body: String) = { ($1.status, $1.body) }

    init(_ description: String, fails: Set<String>) {
        testDescription = description
        self.fails = fails
    }

    /// A text of the path or query is another one.
    static func target(_ text: String, is other: String, fails: Set<String>) -> Wrong {
        var wrong = Wrong("\(text) is taken for \(other.isEmpty ? "nothing" : other)", fails: fails)
        wrong.request = { message in
            var message = message
            message.target = message.target.replacing(text, with: other)
            return message
        }
        return wrong
    }

    /// A text of the body is another one, in requests whose target has `place` in it.
    static func body(_ text: String, is other: String, at place: String = "", fails: Set<String>) -> Wrong {
        var wrong = Wrong("in a body \(text) is taken for \(other)", fails: fails)
        wrong.request = { message in
            var message = message
            if place.isEmpty || message.target.contains(place) { message.body = message.body.replacing(text, with: other) }
            return message
        }
        return wrong
    }

    /// A text of the answer is another one, to requests of a method whose target has `place` in it.
    static func answer(_ text: String, is other: String, to method: String? = nil, at place: String = "", fails: Set<String>) -> Wrong {
        var wrong = Wrong("in an answer \(text) is \(other)", fails: fails)
        wrong.answer = { message, answer in
            let isMeant = (method == nil || message.method == method) && (place.isEmpty || message.target.contains(place))
            return (answer.status, isMeant ? answer.body.replacing(text, with: other) : answer.body)
        }
        return wrong
    }
}

extension Wrong {
    /// Serves a proof of these settings; the emulator has the database and the collection `companies`.
    func serve(_ body: (ArangoEmulator, ArangoDBSettings) async throws -> Void) async throws {
        let emulator = try await ArangoEmulator.start(
            Configuration(version: version, expiryInterval: .milliseconds(20)))
        emulator.perform("POST", "/_api/database", body: #"{"name":"companies"}"#)
        emulator.perform("POST", "/_db/companies/_api/collection", body: #"{"name":"companies"}"#)
        let server = try ScriptedServer { [request, answer] received in
            let message = request(Message(method: received.method, target: received.path, body: received.body))
            let reply = answer(message, emulator.perform(message.method, message.target, body: message.body))
            return .answer(reply.status, reply.body)
        }
        try await body(emulator, .testing(server.endpoint))
        server.stop()
        await emulator.stop()
    }
}

extension Prover {
    /// One that does not wait long for documents to expire.
    static func testing(
        _ settings: ArangoDBSettings, _ collections: ProvisionPlan.Collection..., patience: Duration = .seconds(20)
    ) -> Prover {
        let plan = ProvisionPlan(
            collections: collections.isEmpty ? [ProvisionPlan.Collection(name: "companies")] : collections, needsVersions: true)
        return Prover(settings: settings, plan: plan, patience: patience, interval: .milliseconds(20))
    }
}

extension [ProofRow] {
    func names(_ verdict: ProofRow.Verdict) -> Set<String> { Set(filter { $0.verdict == verdict }.map(\.name)) }

    /// The lines that are not proven, for the message of a test.
    var unproven: [ProofRow] { filter { $0.verdict != .proven } }
}
