internal import Formats
internal import Messages
import Settings

extension ScannedMessage {
    /// The object at `lookup`.
    func object(at lookup: MappingPlan.Lookup) throws(Refusal) -> JSONPlace {
        guard let place = self[lookup.node] else { throw missing(lookup, .notAnObject, "the document to store") }
        guard kind(place) == .object else {
            let what = lookup.pointer.tokens.isEmpty ? "the message" : "the document to store, at \(lookup.pointer),"
            throw Refusal(.notAnObject, "\(what) is \(kind(place).rawValue), but must be an object")
        }
        return place
    }

    /// The members of an object but for those at `cuts`: each run from the quote of a name to the end of a value.
    func runs(of object: JSONPlace, without cuts: [JSONPlace]) -> [Range<Int>] {
        let text = bytes.span
        let end = Self.beforeSpace(in: text, from: object.end - 1)
        var start = JSONScanner.afterSpace(in: text, from: object.start + 1)
        guard !cuts.isEmpty else { return start < end ? [start..<end] : [] }
        var runs: [Range<Int>] = []
        for cut in cuts.sorted(by: { $0.name < $1.name }) {
            if start < cut.name {
                let comma = Self.beforeSpace(in: text, from: cut.name) - 1
                runs.append(start..<Self.beforeSpace(in: text, from: comma))
            }
            // Behind the comma that follows, or, at the last member, behind the end.
            start = JSONScanner.afterSpace(in: text, from: JSONScanner.afterSpace(in: text, from: cut.end) + 1)
        }
        if start < end { runs.append(start..<end) }
        return runs
    }

    /// The place after the last byte before `start` that is no whitespace.
    private static func beforeSpace(in text: Span<UInt8>, from start: Int) -> Int {
        var place = start
        while text[place - 1] == 0x20 || text[place - 1] == 0x0A || text[place - 1] == 0x0D || text[place - 1] == 0x09 { place -= 1 }
        return place
    }
}
