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

    /// Inside a multi-document answer: neither `code` nor `_key` [R RestDocumentHandlerPostBadJsonMulti]. One without a message is a
    /// coordinator's (ArangoDB.md section 2).
    var element: JSONValue {
        message.isEmpty
            ? ["error": true, "errorNum": .int(errorNum)] : ["error": true, "errorNum": .int(errorNum), "errorMessage": .string(message)]
    }

    /// The HTTP status that belongs to a number; what is not in the table is 500 (ArangoDB.md sections 2 and 12 [S-old]).
    static func status(of errorNum: Int) -> Int {
        switch errorNum {
        case 400...599: errorNum
        case 10, 600, 1204, 1205, 1208, 1216, 1218, 1221, 1222, 1226, 1227, 1229, 1233, 1237, 1466, 1469, 1501, 1502, 1551, 1593, 1594,
            1620:
            400
        case 11: 403
        case 1004, 1230: 403
        case 1202, 1203, 1212, 1228, 1600, 1655, 1924, 1930: 404
        case 1489, 1490: 406
        case 1200, 1207, 1210, 1601, 1925: 409
        case 21, 1654: 410
        case 21004: 412
        case 30, 38, 1429, 1465, 1478, 1491, 1495, 1496, 21003: 503
        default: 500
        }
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
