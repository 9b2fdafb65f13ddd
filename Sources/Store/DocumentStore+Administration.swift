internal import FoundationEssentials
public import Pipeline
internal import Settings

extension DocumentStore {
    /// Asks which ArangoDB this is: in our own database, where a user with few rights may ask, or in `_system` while ours does not exist.
    public func serverVersion() async -> Result<ServerVersion, RequestFailure> {
        var answer = await call(Request(.get, database: settings.database, "/_api/version"), as: VersionAnswer.self)
        if case .failure(let failure) = answer, failure.fault.errorNum == ErrorNumber.databaseNotFound {
            answer = await call(Request(.get, "/_api/version", isReadOnly: true), as: VersionAnswer.self)
        }
        return answer.flatMap { answer in
            guard let version = ServerVersion(answer.version) else {
                return .failure(.configuration(Fault(message: "the version that the server tells is none: is it ArangoDB?")))
            }
            return .success(version)
        }
    }

    /// A call that is answered with an object; anything but success is a failure, classified as for writes.
    func call<Answer: Decodable>(_ request: Request, sending content: (some Encodable)? = Never?.none, as type: Answer.Type) async
        -> Result<
            Answer, RequestFailure
        >
    {
        await send(request) { body in
            if let content, let data = try? JSONEncoder().encode(content) { body += data }
        } reading: { status, endpoint, bytes in
            guard (200...202).contains(status) else {
                let answer = ErrorAnswer(status: status, body: bytes, endpoint: endpoint)
                return .failure(FailureVerdict.request(answer.failure, answer.fault))
            }
            guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(bytes)) else {
                let fault = Fault(status: status, message: "the answer of \(endpoint) to \(request.path) is not what ArangoDB answers")
                return .failure(request.isReadOnly ? .configuration(fault) : .unknown(fault))
            }
            return .success(answer)
        }
    }
}

/// Numbers that callers of ``DocumentStore`` act on by themselves; the classes of all are in ``FailureTable``.
enum ErrorNumber {
    static let collectionNotFound = 1203
    static let duplicateName = 1207
    static let databaseNotFound = 1228
}
