internal import Formats
public import Messages
internal import Settings

extension Query {
    /// Asks for the server's version.
    static let version = Query(query: "RETURN VERSION()", bindVars: [:], options: Options(maxRuntime: 5))
}

extension Call {
    /// Asks for the server's version by AQL.
    static func version(in database: String) -> Call {
        Call(Request(.post, "/_db/\(database.percentEncoded)/_api/cursor", isReadOnly: true), sending: Query.version)
    }
}

extension DocumentStore {
    /// Asks which ArangoDB this is: in our own database, where a user with few rights may ask, or in `_system` while ours does not exist.
    public func serverVersion() async -> Result<VersionReport, RequestFailure> {
        var answer = await call(Request(.get, database: settings.database, "/_api/version"), as: VersionAnswer.self)
        if case .failure(let failure) = answer, failure.fault.errorNum == ErrorNumber.databaseNotFound {
            answer = await call(Request(.get, "/_api/version", isReadOnly: true), as: VersionAnswer.self)
        }
        switch answer {
        case .failure(let failure): return .failure(failure)
        case .success(let answer):
            guard answer.server == "arango" else { return Self.noArangoDB }
            // With --server.harden only administrators get it (ArangoDB.md section 10).
            guard let text = answer.version else { return await queriedVersion() }
            return Self.report(text)
        }
    }

    /// `VERSION()` of AQL, which needs no right but one to the database. Untried on a real server: no source that is known shows its answer
    /// (ArangoDB.md section 10).
    private func queriedVersion() async -> Result<VersionReport, RequestFailure> {
        switch await call(.version(in: settings.database), as: CursorAnswer<String>.self) {
        case .success(let answer):
            guard answer.result.count == 1, let version = ServerVersion(answer.result[0]) else {
                return .success(.hidden(Fault(message: "RETURN VERSION() is answered with no version")))
            }
            return .success(.told(version))
        // A server that is away has hidden nothing.
        case .failure(.outage(let fault)): return .failure(.outage(fault))
        case .failure(.unknown(let fault)): return .failure(.unknown(fault))
        case .failure(let failure): return .success(.hidden(failure.fault))
        }
    }

    private static func report(_ text: String) -> Result<VersionReport, RequestFailure> {
        guard let version = ServerVersion(text) else { return noArangoDB }
        return .success(.told(version))
    }

    private static var noArangoDB: Result<VersionReport, RequestFailure> {
        .failure(.configuration(Fault(message: "the version that the server tells is none: is it ArangoDB?")))
    }
}
