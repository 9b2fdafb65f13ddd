internal import ControlMessages

/// A value in a request's path or query.
struct Parameter: Sendable, Equatable {
    enum Place: String, Sendable {
        case path, query
    }

    let name: String
    let place: Place
    let schema: Schema
    /// What it means, in a sentence or two.
    let meaning: String
    /// Who may give it; `nil`: whoever may send the request.
    let level: AccessLevel?
    /// What its absence means, if that is a value.
    let fallback: JSONValue?

    /// A name in a path.
    static func path(_ name: String, _ meaning: String) -> Parameter {
        Parameter(name: name, place: .path, schema: .name, meaning: meaning, level: nil, fallback: nil)
    }

    /// A pair in a query, which may be left out.
    static func query(
        _ name: String, _ schema: Schema, _ meaning: String, level: AccessLevel? = nil, fallback: JSONValue? = nil
    ) -> Parameter {
        Parameter(name: name, place: .query, schema: schema, meaning: meaning, level: level, fallback: fallback)
    }
}
