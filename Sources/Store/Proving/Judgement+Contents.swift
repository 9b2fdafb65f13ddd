// What is stored, member by member.

extension Judgement {
    /// Documents that were read back, against what they should hold: JSON texts by name, `o.x` for a member of an object, nil for one that must not be
    /// there. A document that is nil must be missing.
    static func documents(_ answer: Answer, hold expected: [[String: String?]?]) -> Judgement {
        guard answer.status == 200, let documents = answer.documents, documents.count == expected.count else {
            return .failed("reading back: \(answer.status == 200 ? "an answer that is not \(expected.count) documents" : answer.summary)")
        }
        for (index, (document, wanted)) in zip(documents, expected).enumerated() {
            let isMissing = document["errorNum"] == "\(ErrorNumber.documentNotFound)"
            guard let wanted else {
                guard isMissing else { return .failed("document \(index + 1) is still there") }
                continue
            }
            if let number = document["errorNum"], document["_key"] == nil { return .failed("document \(index + 1): error \(number)") }
            for (name, value) in wanted.sorted(by: { $0.key < $1.key }) where !isSame(document[name], value) {
                return .failed("document \(index + 1) has \(name) \(document[name] ?? "not at all") instead of \(value ?? "nothing")")
            }
        }
        return .proven(expected.allSatisfy { $0 == nil } ? "gone" : "stored so")
    }

    /// Texts may be escaped in another way.
    private static func isSame(_ text: String?, _ other: String?) -> Bool {
        guard let text, let other, text != other, text.hasPrefix("\""), other.hasPrefix("\"") else { return text == other }
        let bytes = (Array(text.utf8), Array(other.utf8))
        return bytes.0.string(at: 0..<bytes.0.count) == bytes.1.string(at: 0..<bytes.1.count)
    }
}

extension Answer {
    /// The objects of an array, each as the JSON texts of its members by name; objects in them by names with a dot. Nil: it is no such array.
    var documents: [[String: String]]? {
        var list: [[String: String]] = []
        do throws(ElementFailure) {
            var scanner = AnswerScanner(body)
            try scanner.array { scanner throws(ElementFailure) in
                var members: [String: String] = [:]
                try collect(from: &scanner, under: "", depth: 0, into: &members)
                list.append(members)
            }
            return scanner.isAtEnd() ? list : nil
        } catch {
            return nil
        }
    }

    /// The `_rev` of an element of an array.
    func revision(of index: Int = 0) -> String? {
        guard let documents, documents.indices.contains(index), let text = documents[index]["_rev"] else { return nil }
        return Array(text.utf8).string(at: 0..<text.utf8.count)
    }

    /// Nothing that is proven lies deeper, and a server must not be able to end the process by nesting.
    private static let deepest = 4

    private func collect(
        from scanner: inout AnswerScanner, under prefix: String, depth: Int, into members: inout [String: String]
    ) throws(ElementFailure) {
        var nested: [(name: String, offset: Int)] = []
        var found: [String: String] = [:]
        try scanner.object { name, value in
            let name = prefix + (body.string(at: name.lowerBound - 1..<name.upperBound + 1) ?? "")
            found[name] = String(decoding: body[value], as: UTF8.self)
            if body[value.lowerBound] == UInt8(ascii: "{") { nested.append((name, value.lowerBound)) }
        }
        members.merge(found) { $1 }
        guard depth < Self.deepest else { return }
        for (name, offset) in nested {
            var inner = AnswerScanner(body, from: offset)
            try collect(from: &inner, under: "\(name).", depth: depth + 1, into: &members)
        }
    }
}
