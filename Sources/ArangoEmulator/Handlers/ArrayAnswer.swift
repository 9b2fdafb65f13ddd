/// The answer to an array of documents, as it grows.
struct ArrayAnswer {
    private let isSilent: Bool
    private let tellsMessages: Bool
    private var writer = JSONWriter()
    private var isEmpty = true
    /// errorNum to count.
    private var errors: [Int: Int] = [:]

    /// - Parameters:
    ///   - isSilent: only errors are told, and `{}` if there are none (ArangoDB.md section 4).
    ///   - tellsMessages: false: errors are numbers only.
    init(isSilent: Bool = false, tellsMessages: Bool) {
        self.isSilent = isSilent
        self.tellsMessages = tellsMessages
        writer.append(raw: "[")
    }

    mutating func append(_ effect: WriteEffect, in collection: String) {
        guard !isSilent else { return }
        separate()
        writer.append(effect, in: collection)
    }

    mutating func append(_ document: Document, in collection: String) {
        separate()
        writer.append(document, in: collection)
    }

    mutating func append(_ error: ArangoError) {
        var error = error
        if !tellsMessages { error.message = "" }
        errors[error.errorNum, default: 0] += 1
        separate()
        writer.append(error.element)
    }

    /// - Parameter tellsErrorCodes: false when reading, which has no such header [S].
    consuming func response(status: Int, tellsErrorCodes: Bool) -> Response {
        if isSilent && errors.isEmpty { return Response(status: status, json: [:]) }
        writer.append(raw: "]")
        guard tellsErrorCodes && !errors.isEmpty else { return Response(status: status, body: writer.bytes) }
        let codes = JSONObject(members: errors.sorted { $0.key < $1.key }.map { .init(name: String($0.key), value: .int($0.value)) })
        return Response(status: status, headers: [("x-arango-error-codes", JSONValue.object(codes).text)], body: writer.bytes)
    }

    private mutating func separate() {
        if !isEmpty { writer.append(raw: ",") }
        isEmpty = false
    }
}
