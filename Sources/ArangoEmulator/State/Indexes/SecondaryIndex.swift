/// An index as it was defined, and for a unique one the values it holds.
struct SecondaryIndex: Sendable {
    let id: UInt64
    /// All attributes of the answer except `id`, `isNewlyCreated`, `code` and `error`, in the order of their names.
    let definition: JSONObject
    /// Names of the attributes from the outside in, one list a field.
    let paths: [[String]]
    private let isUnique: Bool
    private let isSparse: Bool
    /// Values of the fields as JSON text, to the key of the document that has them.
    private var entries: [[UInt8]: String] = [:]

    init(id: UInt64, definition: JSONObject) {
        self.id = id
        self.definition = definition
        isUnique = definition["unique"]?.bool ?? false
        isSparse = definition["sparse"]?.bool ?? false
        paths = (definition["fields"]?.array ?? []).compactMap { $0.string?.split(separator: ".").map(String.init) }
    }

    /// Throws 1210 if another document has the same values.
    func check(_ document: Document?) throws(ArangoError) {
        guard isUnique, let document, let entry = entry(for: document), let key = entries[entry], key != document.key else { return }
        throw .uniqueConstraintViolated(
            index: definition["name"]?.string ?? "", type: definition["type"]?.string ?? "",
            over: paths.map { $0.joined(separator: ".") }.joined(separator: ", "), key: key)
    }

    mutating func change(from old: Document?, to new: Document?) {
        guard isUnique else { return }
        if let old, let entry = entry(for: old) { entries[entry] = nil }
        if let new, let entry = entry(for: new) { entries[entry] = new.key }
    }

    mutating func clear() { entries = [:] }

    /// Nil: a sparse index leaves the document out, because an attribute is missing or null.
    private func entry(for document: Document) -> [UInt8]? {
        let values = paths.map { document.value(at: $0) ?? .null }
        if isSparse, values.contains(.null) { return nil }
        return JSONValue.array(values).bytes
    }
}
