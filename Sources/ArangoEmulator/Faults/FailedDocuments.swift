/// Documents of a request that a fault fails: they are taken out of what reaches the server, and their errors are put into its answer.
struct FailedDocuments: Sendable {
    private enum Kind: Sendable {
        /// The request is about one document.
        case one(ArangoError)
        /// Errors by place in the array, of so many.
        case several([Int: ArangoError], of: Int, tellsErrorCodes: Bool)
    }

    /// What is left of the request.
    let forwarded: [Request]
    private let kind: Kind

    /// The one document of the request fails.
    init(_ error: ArangoError) { (forwarded, kind) = ([], .one(error)) }

    /// Those of an array fail.
    init(_ errors: [Int: ArangoError], of elements: [JSONValue], in request: Request) {
        var rest = request
        // Also if nothing is left: the server may have something to say about the collection.
        rest.body = JSONValue.array(elements.indices.filter { errors[$0] == nil }.map { elements[$0] }).bytes
        forwarded = [rest]
        // Reading has no such header [S].
        kind = .several(errors, of: elements.count, tellsErrorCodes: request.writesDocuments)
    }

    /// The server's answer with the errors in their places. An answer that is not about each document stays as it is.
    ///
    /// - Parameter response: `nil` if the server was asked nothing, or did not answer.
    func joined(with response: Response?) -> Response? {
        switch kind {
        case .one(let error): return error.response
        case .several(let errors, let count, let tellsErrorCodes):
            guard var response, response.status < 300, let value = try? JSONParser.parse(response.body) else { return response }
            switch value {
            case .array(let answered) where answered.count == count - errors.count:
                var rest = answered[...]
                response.body = JSONValue.array((0..<count).compactMap { errors[$0]?.element ?? rest.popFirst() }).bytes
            // With `silent` only errors are told, and `{}` if there are none (ArangoDB.md section 4).
            case .array(let told): response.body = JSONValue.array(told + errors.sorted { $0.key < $1.key }.map(\.value.element)).bytes
            case .object(let object) where object.members.isEmpty:
                response.body = JSONValue.array(errors.sorted { $0.key < $1.key }.map(\.value.element)).bytes
            default: return response
            }
            if tellsErrorCodes { response.add(errorCodes: errors.values.map(\.errorNum)) }
            return response
        }
    }
}

extension FaultList {
    /// `nil` if no document of the request is to fail. Consumes one of the times of each that does.
    mutating func failDocuments(of request: Request) -> FailedDocuments? {
        guard mayFailElements(of: request), let documents = request.documents else { return nil }
        switch documents {
        case .one(let key): return elementError(for: key, in: request).map { FailedDocuments($0) }
        case .several(let elements):
            var errors: [Int: ArangoError] = [:]
            for (place, element) in elements.enumerated() {
                if let key = element.documentKey, let error = elementError(for: key, in: request) { errors[place] = error }
            }
            return errors.isEmpty ? nil : FailedDocuments(errors, of: elements, in: request)
        }
    }
}

extension Response {
    /// Counts these errors in `x-arango-error-codes` (ArangoDB.md section 2).
    fileprivate mutating func add(errorCodes: [Int]) {
        let name = "x-arango-error-codes"
        var counts: [Int: Int] = [:]
        let told = headers.first { $0.name == name }.flatMap { try? JSONParser.parse($0.value).object }
        for member in told?.members ?? [] { counts[Int(member.name) ?? 0, default: 0] += member.value.int ?? 0 }
        for errorNum in errorCodes { counts[errorNum, default: 0] += 1 }
        let members = counts.sorted { $0.key < $1.key }.map { JSONObject.Member(name: String($0.key), value: .int($0.value)) }
        headers.removeAll { $0.name == name }
        headers.append((name, JSONValue.object(JSONObject(members: members)).text))
    }
}
