/// A request that has found its route.
public struct ControlRequest: Sendable {
    /// The names in the path, decoded.
    public let parameters: [String: String]
    /// What follows the question mark, decoded. A name that comes twice counts the last time.
    public let query: [String: String]
    /// The body, at most as long as the route allows.
    public let body: [UInt8]
    /// Who asks.
    public let peer: Peer

    /// The value of a name that stands in the route's path.
    public subscript(_ parameter: String) -> String { parameters[parameter] ?? "" }

    /// The body as a message. Throws `bad_request`, saying where it is wrong.
    public func json<Message: Decodable>(_ type: Message.Type) throws(ControlError) -> Message {
        do {
            return try ControlJSON.decode(type, from: body)
        } catch {
            throw .badRequest("the body is not the JSON that is expected here: \(Self.reason(error))")
        }
    }

    /// A whole number in the query; `fallback` if it is not there. Throws `bad_request` if it is no number or out of range.
    public func integer(_ name: String, in range: ClosedRange<Int>, or fallback: Int) throws(ControlError) -> Int {
        guard let text = query[name] else { return fallback }
        guard let value = Int(text), range.contains(value) else {
            throw .badRequest("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// Throws `bad_request` if the query has other names than these: one that is misspelt would say nothing.
    func refuseUnknownQuery(besides known: Set<String>) throws(ControlError) {
        try Self.refuse(Set(query.keys), besides: known, "query")
    }

    /// Throws `bad_request` if the body is an object that has other members than these.
    func refuseUnknownNames(besides known: Set<String>) throws(ControlError) {
        guard let names = ControlJSON.names(body) else { return }
        try Self.refuse(names, besides: known, "body")
    }

    private static func refuse(_ names: Set<String>, besides known: Set<String>, _ place: String) throws(ControlError) {
        let unknown = names.subtracting(known).sorted().map { "\"\($0)\"" }
        guard !unknown.isEmpty else { return }
        throw .badRequest(
            "the \(place) has names that mean nothing here: \(unknown.joined(separator: ", ")); known are \(known.sorted().joined(separator: ", "))"
        )
    }

    private static func reason(_ error: any Error) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.isEmpty ? "" : " at " + path.map { $0.intValue.map { "\($0)" } ?? $0.stringValue }.joined(separator: ".")
        }
        return switch error {
        case DecodingError.keyNotFound(let key, let context): "\"\(key.stringValue)\" is missing\(place(context.codingPath))"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "another type of value is needed\(place(context.codingPath))"
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty: "bad value\(place(context.codingPath))"
        default: "not valid JSON"
        }
    }
}

extension ControlRequest {
    /// The pairs of a query string. An escape that is broken stays as it is.
    static func pairs(_ text: Substring) -> [String: String] {
        var pairs: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            func decoded(_ part: Substring) -> String { PercentEncoding.decode(part) ?? String(part) }
            pairs[decoded(parts[0])] = parts.count > 1 ? decoded(parts[1]) : ""
        }
        return pairs
    }
}
