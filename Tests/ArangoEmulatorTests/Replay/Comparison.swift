@testable import ArangoEmulator

/// Compares an answer with the recorded one: status, headers, body; values that a server makes up by their shape.
struct Comparison {
    let exchange: Exchange
    let differences: [KnownDifference]
    /// One sentence for each disagreement.
    private(set) var mismatches: [String] = []

    private var dynamic: Set<String>
    private var additional: Set<String> = []
    private var unordered: Set<String> = []
    private var ignoresMemberOrder = false

    init(_ exchange: Exchange, _ answer: ReceivedAnswer, differences: [KnownDifference]) throws {
        self.exchange = exchange
        self.differences = differences.filter { $0.applies(to: exchange) }
        dynamic = Set(exchange.dynamic)
        for difference in self.differences {
            switch difference.effect {
            case .alsoSends(let pointers): additional.formUnion(pointers)
            case .memberOrder: ignoresMemberOrder = true
            case .elementsByName(let pointer): unordered.insert(pointer)
            case .shape(let pointers): dynamic.formUnion(pointers)
            case .setUp: break
            }
        }
        try compare(answer)
    }

    private mutating func compare(_ answer: ReceivedAnswer) throws {
        if answer.status != exchange.assertedStatus { mismatches.append("status \(answer.status) instead of \(exchange.assertedStatus)") }
        let isHead = exchange.replay["method"] == "HEAD"
        if !isHead, answer.headers["content-length"] != String(answer.body.count) {
            mismatches.append("content-length \(answer.headers["content-length"] ?? "missing") of a body of \(answer.body.count) bytes")
        }
        guard let response = exchange.response else { return }
        compareHeaders(answer, recorded: response["headers"]?.object ?? [:])
        if isHead {
            if !answer.body.isEmpty { mismatches.append("a HEAD answer has a body") }
        } else if let body = response["body"], body != .null {
            compare(try JSONParser.parse(answer.body), with: body, at: "/body")
        } else {
            mismatches.append("the recording has no body: say what is expected instead")
        }
    }

    private mutating func compareHeaders(_ answer: ReceivedAnswer, recorded: JSONObject) {
        for header in recorded.members {
            let pointer = "/headers/\(header.name)"
            guard let expected = header.value.string else { continue }
            guard let actual = answer.headers[header.name] else {
                mismatches.append("header \(header.name) is missing")
                continue
            }
            if dynamic.contains(pointer) {
                if Shape(actual) != Shape(expected) {
                    mismatches.append("header \(header.name): \(actual) has not the shape of \(expected)")
                }
            } else if header.name == "content-length" {
                // The length of made-up values may differ, so it only matters if there are none.
                let isFixed = !dynamic.contains { $0.hasPrefix("/body") } && additional.isEmpty && exchange.replay["method"] != "HEAD"
                if isFixed && actual != expected { mismatches.append("content-length \(actual) instead of \(expected)") }
            } else if actual != expected {
                mismatches.append("header \(header.name): \(actual) instead of \(expected)")
            }
        }
        for name in ["etag", "location", "x-arango-error-codes"] where recorded[name] == nil && answer.headers[name] != nil {
            mismatches.append("header \(name) is there, the recording has none")
        }
    }

    private mutating func compare(_ actual: JSONValue, with expected: JSONValue, at pointer: String) {
        if dynamic.contains(pointer) {
            if Shape(actual) != Shape(expected) { mismatches.append("\(pointer): \(actual.text) has not the shape of \(expected.text)") }
            return
        }
        switch (actual, expected) {
        case (.object(let actual), .object(let expected)): compareMembers(actual, with: expected, at: pointer)
        case (.array(let actual), .array(let expected)) where unordered.contains(pointer):
            compareByName(actual, with: expected, at: pointer)
        case (.array(let actual), .array(let expected)):
            guard actual.count == expected.count else {
                return mismatches.append("\(pointer): \(actual.count) elements instead of \(expected.count)")
            }
            for (index, pair) in zip(actual, expected).enumerated() { compare(pair.0, with: pair.1, at: "\(pointer)/\(index)") }
        default:
            if actual != expected { mismatches.append("\(pointer): \(actual.text) instead of \(expected.text)") }
        }
    }

    private mutating func compareMembers(_ actual: JSONObject, with expected: JSONObject, at pointer: String) {
        let extra = actual.members.map(\.name).filter { expected[$0] == nil }
        for name in extra where !additional.contains("\(pointer)/\(name)") {
            mismatches.append("\(pointer)/\(name) is there, the recording has none")
        }
        for member in expected.members {
            guard let value = actual[member.name] else {
                mismatches.append("\(pointer)/\(member.name) is missing")
                continue
            }
            compare(value, with: member.value, at: "\(pointer)/\(member.name)")
        }
        let order = actual.members.map(\.name).filter { expected[$0] != nil }
        if !ignoresMemberOrder, order != expected.members.map(\.name) {
            mismatches.append("\(pointer): members come in the order \(order)")
        }
    }

    /// Each element that the recording has, found by its name.
    private mutating func compareByName(_ actual: [JSONValue], with expected: [JSONValue], at pointer: String) {
        for (index, element) in expected.enumerated() {
            guard let name = element.object?["name"], let found = actual.first(where: { $0.object?["name"] == name }) else {
                mismatches.append("\(pointer)/\(index): nothing has its name")
                continue
            }
            compare(found, with: element, at: "\(pointer)/\(index)")
        }
    }
}
