/// Reading documents (ArangoDB.md sections 3 and 4).
extension ServerState {
    /// `GET` and `HEAD` of one document; a HEAD answer's body is left out by the connection.
    mutating func readDocument(_ key: String, in name: String, _ request: Request) throws(ArangoError) -> Response {
        let expected = request.expectedRevision("if-match")
        let known = request.expectedRevision("if-none-match")
        return try withCollection(name, of: request) { (collection, _) throws(ArangoError) in
            let document = try collection.document(key)
            let etag = [("etag", "\"\(document.revision.text)\"")]
            if let expected, expected != document.revision.text { return collection.conflict(with: document) }
            if let known, known == document.revision.text { return .empty(status: 304, headers: etag) }
            var writer = JSONWriter()
            writer.append(document, in: collection.name)
            return Response(status: 200, headers: etag, body: writer.bytes)
        }
    }

    /// `PUT ...?onlyget`: an array of selectors, answered without `x-arango-error-codes` [S]; or one selector.
    mutating func readDocuments(in name: String, _ request: Request) throws(ArangoError) -> Response {
        let ignoreRevs = request.flag("ignoreRevs", default: true)
        let body = try request.json()
        let tellsMessages = configuration.tellsMessages
        return try withCollection(name, of: request) { (collection, _) throws(ArangoError) in
            guard case .array(let selectors) = body else {
                var writer = JSONWriter()
                writer.append(try collection.select(body, ignoreRevs: ignoreRevs), in: collection.name)
                return Response(status: 200, body: writer.bytes)
            }
            var answer = ArrayAnswer(tellsMessages: tellsMessages)
            for selector in selectors {
                do throws(ArangoError) {
                    answer.append(try collection.select(selector, ignoreRevs: ignoreRevs), in: collection.name)
                } catch {
                    answer.append(error)
                }
            }
            return answer.response(status: 200, tellsErrorCodes: false)
        }
    }
}

extension Request {
    /// `If-Match` or `If-None-Match`: the revision with or without quotes; anything else matches none (ArangoDB.md section 3).
    func expectedRevision(_ header: String) -> String? {
        self.header(header).map { $0.trimmingQuotes }
    }
}

extension String {
    fileprivate var trimmingQuotes: String {
        guard let quote = first, quote == "\"" || quote == "'", last == quote, count >= 2 else { return self }
        return String(dropFirst().dropLast())
    }
}
