/// Which events a listener wants: `GET /v1/events?processor=&key=&outcome=`. What is not given fits all.
public struct EventFilter: Sendable, Equatable {
    /// Only of this processor.
    public var processor: String?
    /// Only about the document with this key.
    public var key: String?
    /// Only this outcome, such as `written`.
    public var outcome: String?

    /// A filter by its parts.
    public init(processor: String? = nil, key: String? = nil, outcome: String? = nil) {
        self.processor = processor
        self.key = key
        self.outcome = outcome
    }

    /// A filter by the pairs of a query. Other names are an error: a misspelt filter would fit everything.
    init(_ query: [String: String]) throws(ControlError) {
        for name in query.keys.sorted() where !["processor", "key", "outcome"].contains(name) {
            throw .badRequest("\"\(name)\" is no filter of events; there are processor, key and outcome")
        }
        self.init(processor: query["processor"], key: query["key"], outcome: query["outcome"])
    }

    /// The path with its query, percent-encoded.
    public var path: String {
        let pairs = [("processor", processor), ("key", key), ("outcome", outcome)].compactMap { name, value in
            value.map { "\(name)=\(PercentEncoding.encode($0))" }
        }
        return "/v1/events" + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }
}
