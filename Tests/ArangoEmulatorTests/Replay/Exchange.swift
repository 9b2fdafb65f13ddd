import Testing

@testable import ArangoEmulator

/// One line of a transcript: what was asked of a real server and what it answered. Its fields are described in
/// `Tests/ArangoEmulatorTests/Transcripts/README.md`.
struct Exchange: Sendable {
    let name: String
    /// `3.12` or `4.x`: the documentation tree, not a version.
    let server: String
    /// `single` or `cluster`.
    let deployment: String
    /// The example that this exchange is a step of.
    let example: String
    let index: Int
    let assertedStatus: Int
    /// `nil` if the documentation did not print it.
    let response: JSONObject?
    /// JSON pointers below the response whose values a server makes up.
    let dynamic: [String]
    let replay: JSONObject

    /// Nil if a field that every line has is missing.
    init?(_ line: JSONObject) {
        guard let name = line["name"]?.string, let server = line["server"]?.string, let deployment = line["deployment"]?.string,
            let sequence = line["sequence"]?.object, let example = sequence["example"]?.string, let index = sequence["index"]?.int,
            let status = line["assertedStatus"]?.int, let replay = line["replay"]?.object, let dynamic = line["dynamic"]?.array
        else { return nil }
        self.name = name
        self.server = server
        self.deployment = deployment
        self.example = example
        self.index = index
        assertedStatus = status
        response = line["response"]?.object
        self.dynamic = dynamic.compactMap(\.string)
        self.replay = replay
    }
}

/// The exchanges of one example, in order: they build on each other.
struct Example: Sendable, CustomTestStringConvertible {
    let name: String
    let server: String
    let exchanges: [Exchange]

    var testDescription: String { "\(name) (\(server))" }
    var deployment: String { exchanges[0].deployment }
}
