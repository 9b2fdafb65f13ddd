/// What the query of a document request asks for (ArangoDB.md section 3).
struct WriteOptions {
    enum OverwriteMode: String { case conflict, ignore, replace, update }

    var overwriteMode = OverwriteMode.conflict
    var merge = Merge(keepsNull: true, mergesObjects: true)
    var versionAttribute: String?
    var returnOld = false
    var returnNew = false
    var silent = false
    var waitForSync = false
    /// False: `_rev` of the body (or `If-Match`) is a precondition.
    var ignoreRevs = true

    /// `POST`. `keepNull` is false unless said otherwise, and only `overwriteMode=update` looks at it [S].
    static func insert(_ request: Request, version: ServerVersion) -> WriteOptions {
        var options = common(request, version: version)
        if request.flag("overwrite") { options.overwriteMode = .replace }
        // A misspelt mode is silently ignored [S].
        if let mode = request.parameter("overwriteMode").flatMap(OverwriteMode.init) { options.overwriteMode = mode }
        options.merge = Merge(keepsNull: request.flag("keepNull"), mergesObjects: request.flag("mergeObjects", default: true))
        let overwrites = options.overwriteMode == .update || options.overwriteMode == .replace
        options.returnOld = overwrites && request.flag("returnOld")
        return options
    }

    /// `PUT` and `PATCH`.
    static func modify(_ request: Request, version: ServerVersion) -> WriteOptions {
        var options = common(request, version: version)
        options.merge = Merge(
            keepsNull: request.flag("keepNull", default: true), mergesObjects: request.flag("mergeObjects", default: true))
        options.returnOld = request.flag("returnOld")
        options.ignoreRevs = request.flag("ignoreRevs", default: true)
        return options
    }

    /// `DELETE`: no `versionAttribute`.
    static func remove(_ request: Request) -> WriteOptions {
        var options = WriteOptions()
        options.returnOld = request.flag("returnOld")
        options.silent = request.flag("silent")
        options.waitForSync = request.flag("waitForSync")
        options.ignoreRevs = request.flag("ignoreRevs", default: true)
        return options
    }

    private static func common(_ request: Request, version: ServerVersion) -> WriteOptions {
        var options = WriteOptions()
        options.returnNew = request.flag("returnNew")
        options.silent = request.flag("silent")
        options.waitForSync = request.flag("waitForSync")
        if version.knowsVersionAttribute, let name = request.parameter("versionAttribute"), !name.isEmpty {
            options.versionAttribute = name
        }
        return options
    }
}
