/// The body of an import, row by row.
struct ImportRows {
    struct Row {
        /// As error texts count it: from 0 for lines, from 1 for a list (ArangoDB.md section 5).
        var position: Int
        /// The document, or why there is none.
        var value: Result<JSONValue, ArangoError>
        /// As it is shown in an error text.
        var text: String
    }

    var rows: [Row] = []
    /// Blank lines.
    var empty = 0

    /// Throws 400/400 if the body has not the shape that `type` says.
    init(_ request: Request) throws(ArangoError) {
        switch request.parameter("type") {
        case "documents": readLines(request.body)
        case "list", "array": try readList(request)
        case "auto":
            let first = request.body.first { $0 > UInt8(ascii: " ") }
            if first == UInt8(ascii: "[") { try readList(request) } else { readLines(request.body) }
        default: try readTable(request.body)
        }
    }

    private mutating func readList(_ request: Request) throws(ArangoError) {
        guard case .array(let elements) = try request.json() else { throw .badParameter("expecting a JSON array in the request") }
        for (index, element) in elements.enumerated() {
            rows.append(Row(position: index + 1, value: .success(element), text: element.text))
        }
    }

    private mutating func readLines(_ body: [UInt8]) {
        for (index, line) in lines(of: body).enumerated() {
            guard let line else {
                empty += 1
                continue
            }
            rows.append(Row(position: index, value: Self.parse(line), text: String(decoding: line, as: UTF8.self)))
        }
    }

    /// A line of attribute names, then lines of values, each a JSON array.
    private mutating func readTable(_ body: [UInt8]) throws(ArangoError) {
        let lines = lines(of: body)
        // The message is the recorded one, wrong number included [T RestImportCsvInvalidBody].
        guard let header = lines.first.flatMap(\.self), case .success(.array(let fields)) = Self.parse(header) else {
            throw .badParameter("no JSON array found in second line")
        }
        for (index, line) in lines.enumerated().dropFirst() {
            guard let line else {
                empty += 1
                continue
            }
            let text = String(decoding: line, as: UTF8.self)
            guard case .success(.array(let values)) = Self.parse(line), values.count == fields.count else {
                rows.append(Row(position: index, value: .failure(.badParameter("wrong number of JSON values")), text: text))
                continue
            }
            let members = zip(fields, values).map { JSONObject.Member(name: $0.string ?? "", value: $1) }
            rows.append(Row(position: index, value: .success(.object(JSONObject(members: members))), text: text))
        }
    }

    private static func parse(_ line: ArraySlice<UInt8>) -> Result<JSONValue, ArangoError> {
        do {
            return .success(try JSONParser.parse(Array(line)))
        } catch {
            return .failure(.corruptedJSON(error.message))
        }
    }

    /// Nil for a blank line; a line break at the very end begins no line.
    private func lines(of body: [UInt8]) -> [ArraySlice<UInt8>?] {
        let body = body.last == UInt8(ascii: "\n") ? body.dropLast() : body[...]
        return body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            line.allSatisfy { $0 <= UInt8(ascii: " ") } ? nil : line
        }
    }
}
