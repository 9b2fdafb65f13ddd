internal import Formats

/// Which events a listener wants: `GET /v1/events?processor=&key=&outcome=`. What is not given fits all.
package struct EventFilter: Sendable, Equatable {
    /// Only of this processor.
    package var processor: String?
    /// Only about the document with this key.
    package var key: String?
    /// Only this event, an ``EventName``, such as `written`.
    package var outcome: String?

    /// A filter by its parts.
    package init(processor: String? = nil, key: String? = nil, outcome: String? = nil) {
        self.processor = processor
        self.key = key
        self.outcome = outcome
    }

    /// A filter by the pairs of a query.
    package init(_ query: [String: String]) {
        self.init(processor: query["processor"], key: query["key"], outcome: query["outcome"])
    }

    /// The path with its query, percent-encoded.
    package var path: String {
        let pairs = [("processor", processor), ("key", key), ("outcome", outcome)].compactMap { name, value in
            value.map { "\(name)=\($0.percentEncoded)" }
        }
        return "/v1/events" + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }
}
