/// An error as ArangoDB reports it: whole request or one element (ArangoDB.md sections 2 and 12).
struct ArangoError: Error, Sendable, Equatable {
    var status: Int
    var errorNum: Int
    var message: String

    /// `{"code","error","errorMessage","errorNum"}` [T].
    var response: Response {
        Response(
            status: status,
            json: ["code": .int(status), "error": true, "errorMessage": .string(message), "errorNum": .int(errorNum)])
    }

    /// Inside a multi-document answer: neither `code` nor `_key` [R RestDocumentHandlerPostBadJsonMulti].
    var element: JSONValue {
        ["error": true, "errorNum": .int(errorNum), "errorMessage": .string(message)]
    }
}

extension ArangoError {
    /// 600; the message starts as the recorded one does.
    static func corruptedJSON(_ detail: String) -> ArangoError {
        ArangoError(status: 400, errorNum: 600, message: "VPackError error: \(detail)")
    }
    /// Handler-level complaint: errorNum repeats the status.
    static func badParameter(_ message: String) -> ArangoError { ArangoError(status: 400, errorNum: 400, message: message) }
    static func unknownPath(_ path: String) -> ArangoError {
        ArangoError(status: 404, errorNum: 404, message: "unknown path '\(path)'")
    }
    static func methodNotSupported(_ method: String) -> ArangoError {
        ArangoError(status: 405, errorNum: 405, message: "method \(method) not supported here")
    }
    static let notAuthorized = ArangoError(status: 401, errorNum: 11, message: "not authorized to execute this request")
    static let wrongCredentials = ArangoError(status: 401, errorNum: 401, message: "Wrong credentials")

    static let revisionConflict = ArangoError(status: 412, errorNum: 1200, message: "conflict, _rev values do not match")
    static let documentNotFound = ArangoError(status: 404, errorNum: 1202, message: "document not found")
    static func collectionNotFound(_ name: String) -> ArangoError {
        ArangoError(status: 404, errorNum: 1203, message: "collection or view not found: \(name)")
    }
    static let illegalIdentifier = ArangoError(status: 400, errorNum: 1205, message: "illegal document identifier")
    static func duplicateName(_ what: String) -> ArangoError {
        ArangoError(status: 409, errorNum: 1207, message: "duplicate name: \(what)")
    }
    static func illegalName(_ what: String) -> ArangoError {
        ArangoError(status: 400, errorNum: 1208, message: "illegal name: \(what)")
    }
    /// The form that ArangoDB.md section 3 gives.
    static func uniqueConstraintViolated(index: String, type: String, over fields: String, key: String) -> ArangoError {
        ArangoError(
            status: 409, errorNum: 1210,
            message: "unique constraint violated - in index \(index) of type \(type) over '\(fields)'; conflicting key: \(key)")
    }
    static let indexNotFound = ArangoError(status: 404, errorNum: 1212, message: "index not found")
    static let illegalKey = ArangoError(status: 400, errorNum: 1221, message: "illegal document key")
    static let unexpectedKey = ArangoError(status: 400, errorNum: 1222, message: "unexpected document key")
    static let invalidType = ArangoError(status: 400, errorNum: 1227, message: "invalid document type")
    static let databaseNotFound = ArangoError(status: 404, errorNum: 1228, message: "database not found")
    static let illegalDatabaseName = ArangoError(status: 400, errorNum: 1229, message: "database name invalid")
    static let systemDatabaseOnly = ArangoError(status: 403, errorNum: 1230, message: "operation only allowed in system database")
    static let invalidEdge = ArangoError(status: 400, errorNum: 1233, message: "edge attribute missing or invalid")
    static let collectionTypeMismatch = ArangoError(
        status: 400, errorNum: 1218, message: "collection type invalid: an edge collection is needed")
}
