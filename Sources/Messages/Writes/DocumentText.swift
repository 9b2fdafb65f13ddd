internal import Formats

/// The JSON text of a document to be stored: runs of the message's own bytes, and what is added to them.
///
/// Nothing is copied until ``write(into:key:)`` puts it into a request body, so that a message's text is moved once on its way.
public struct DocumentText: Sendable, Equatable {
    /// Where the runs lie: the delivery's bytes, or others (a decompressed body).
    public let source: [UInt8]
    /// Members kept from the message, each run from the first quote of a name to the end of a value, commas within included. Often one run; empty for `map`.
    public let runs: [Range<Int>]
    /// Members added: `"name":value` joined by commas, without one at either end. The key is not among them.
    public let additions: [UInt8]

    /// A text by its parts.
    public init(source: [UInt8], runs: [Range<Int>], additions: [UInt8]) {
        self.source = source
        self.runs = runs
        self.additions = additions
    }

    /// Bytes that ``write(into:key:)`` adds at most.
    public func byteCount(key: DocumentKey) -> Int {
        runs.reduce(additions.count + key.text.utf8.count + 12) { $0 + $1.count + 1 }
    }

    /// Appends `{"_key":"…",…}` to a request body. `more` are members that the document gets besides, joined by commas.
    public func write(into body: inout [UInt8], key: DocumentKey, adding more: [UInt8] = []) {
        body.append(contentsOf: #"{"_key":""#.utf8)
        // Legal keys hold no character that JSON escapes.
        body.append(contentsOf: key.text.utf8)
        body.append(UInt8(ascii: "\""))
        for run in runs {
            body.append(UInt8(ascii: ","))
            body.append(contentsOf: source[run])
        }
        if !additions.isEmpty {
            body.append(UInt8(ascii: ","))
            body.append(contentsOf: additions)
        }
        if !more.isEmpty {
            body.append(UInt8(ascii: ","))
            body.append(contentsOf: more)
        }
        body.append(UInt8(ascii: "}"))
    }
}
