/// What a write did to one document.
struct WriteEffect {
    var key: String
    var revision: Revision
    /// Present if something was stored before. Equal to `revision`: nothing was changed (ArangoDB.md section 3).
    var oldRevision: Revision?
    /// For `returnOld` and `returnNew`.
    var old: Document?
    var new: Document?
    /// False for `overwriteMode=ignore`, which writes nothing: its answer does not become 201 by the collection's `waitForSync`.
    var isWrite = true

    var isUnchanged: Bool { revision == oldRevision }
}

extension StoredCollection {
    /// `POST` of one document.
    mutating func insert(_ element: JSONValue, options: WriteOptions, clock: inout Clock) throws(ArangoError) -> WriteEffect {
        let draft = try Draft(element)
        if options.overwriteMode != .conflict, let key = draft.key?.string, let stored = documents[key] {
            try sharding?.check(key: key, attributes: draft.attributes)
            switch options.overwriteMode {
            case .conflict, .ignore: return WriteEffect(key: key, revision: stored.revision, isWrite: false)
            case .update: return try modify(stored, with: draft, isUpdate: true, options: options, clock: &clock)
            case .replace: return try modify(stored, with: draft, isUpdate: false, options: options, clock: &clock)
            }
        }
        let key = try key(for: draft, clock: &clock)
        guard documents[key] == nil else {
            throw .uniqueConstraintViolated(index: "primary", type: "primary", over: "_key", key: key)
        }
        try sharding?.check(key: draft.key?.string, attributes: draft.attributes)
        let ends = kind == .edge ? try draft.ends() : nil
        try schema?.check(draft.attributes, replacing: nil)
        let document = Document(key: key, revision: clock.revision(), ends: ends, attributes: draft.attributes)
        try put(document, replacing: nil)
        return WriteEffect(key: key, revision: document.revision, new: options.returnNew ? document : nil)
    }

    /// `PUT` (or `PATCH`, with `isUpdate`) of one document that brings its `_key`.
    mutating func modify(_ element: JSONValue, isUpdate: Bool, options: WriteOptions, clock: inout Clock) throws(ArangoError) -> WriteEffect
    {
        let draft = try Draft(element)
        guard let key = draft.key else { throw .illegalIdentifier }
        guard let key = key.string, !key.isEmpty else { throw .illegalKey }
        return try modify(try document(key), with: draft, isUpdate: isUpdate, options: options, clock: &clock)
    }

    /// `DELETE` by `"key"`, `"collection/key"` or `{"_key", "_rev"}`.
    mutating func remove(_ selector: JSONValue, options: WriteOptions) throws(ArangoError) -> WriteEffect {
        let stored = try select(selector, ignoreRevs: options.ignoreRevs)
        try put(nil, replacing: stored)
        return WriteEffect(key: stored.key, revision: stored.revision, old: options.returnOld ? stored : nil)
    }

    /// The document that a selector names. The collection part of `"collection/key"` is cut off, not checked (ArangoDB.md section 4).
    func select(_ selector: JSONValue, ignoreRevs: Bool) throws(ArangoError) -> Document {
        switch selector {
        case .string(let id): return try document(String(id.split(separator: "/", omittingEmptySubsequences: false).last ?? ""))
        case .object(let object):
            guard let key = object["_key"]?.string else { throw .illegalIdentifier }
            return try document(key, revision: ignoreRevs ? nil : object["_rev"]?.string)
        default: throw .illegalIdentifier
        }
    }

    private mutating func modify(
        _ stored: Document, with draft: Draft, isUpdate: Bool, options: WriteOptions, clock: inout Clock
    ) throws(ArangoError) -> WriteEffect {
        if !options.ignoreRevs, let expected = draft.revision, expected != stored.revision.text { throw .revisionConflict }
        let isStale =
            options.versionAttribute.map { VersionRule.isStale(draft.attributes, over: stored.attributes, attribute: $0) } ?? false
        // A patch with nothing besides its key changes nothing either [S].
        let isEmptyPatch = isUpdate && draft.memberCount <= 1
        var document = stored
        if !isStale && !isEmptyPatch {
            document.revision = clock.revision()
            if kind == .edge { document.ends = try draft.ends(else: isUpdate ? stored.ends : nil) }
            document.attributes = isUpdate ? options.merge.merged(stored.attributes, with: draft.attributes) : draft.attributes
            try sharding?.check(change: stored.attributes, to: document.attributes)
            try schema?.check(document.attributes, replacing: stored.attributes)
            try put(document, replacing: stored)
        }
        return WriteEffect(
            key: stored.key, revision: document.revision, oldRevision: stored.revision, old: options.returnOld ? stored : nil,
            new: options.returnNew ? document : nil)
    }

    private mutating func key(for draft: Draft, clock: inout Clock) throws(ArangoError) -> String {
        guard let given = draft.key else {
            var key = keyOptions.nextKey(&clock)
            while documents[key] != nil { key = keyOptions.nextKey(&clock) }
            return key
        }
        // `null` is not "absent" (ArangoDB.md section 7).
        guard let key = given.string, isLegalKey(key) else { throw .illegalKey }
        guard keyOptions.allowsUserKeys else { throw .unexpectedKey }
        return key
    }
}

extension JSONWriter {
    /// The body of a write's answer, or one element of it.
    mutating func append(_ effect: WriteEffect, in collection: String) {
        append(raw: "{\"_id\":")
        append(string: "\(collection)/\(effect.key)")
        append(raw: ",\"_key\":\"\(effect.key)\",\"_rev\":\"")
        append(effect.revision)
        append(raw: "\"")
        if let revision = effect.oldRevision {
            append(raw: ",\"_oldRev\":\"")
            append(revision)
            append(raw: "\"")
        }
        for case let (name, document?) in [("old", effect.old), ("new", effect.new)] {
            append(raw: ",\"\(name)\":")
            append(document, in: collection)
        }
        append(raw: "}")
    }

    mutating func append(_ revision: Revision) {
        revision.append(to: &bytes)
    }
}
