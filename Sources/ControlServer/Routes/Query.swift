internal import ControlMessages
internal import Formats

/// The pairs of a query string, each name once.
///
/// Two pairs with one name are ambiguous, and a broken escape means nothing: both are refused.
enum Query {
    /// The pairs, decoded. `text` is what follows the question mark.
    static func pairs(_ text: Substring) throws(ControlError) -> [String: String] {
        var pairs: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts[0].percentDecoded, let value = (parts.count > 1 ? parts[1] : "").percentDecoded else {
                throw .badRequest("the query has an invalid percent-escape (RFC 3986 section 2.1): \(pair)")
            }
            guard pairs.updateValue(value, forKey: name) == nil else { throw .badRequest("the query has \"\(name)\" twice") }
        }
        return pairs
    }

    /// Throws `bad_request` if a name is none of the parameters, or a value is not what its parameter takes.
    static func check(_ pairs: [String: String], _ parameters: [Parameter]) throws(ControlError) {
        let parameters = parameters.filter { $0.location == .query }
        let unknown = Set(pairs.keys).subtracting(parameters.map(\.name)).sorted()
        guard unknown.isEmpty else { throw .unknown(unknown, known: parameters.map(\.name), "query") }
        for parameter in parameters {
            guard let text = pairs[parameter.name], !parameter.schema.takes(text: text) else { continue }
            throw .badRequest("\(parameter.name) must be \(parameter.schema.demand)")
        }
    }
}
