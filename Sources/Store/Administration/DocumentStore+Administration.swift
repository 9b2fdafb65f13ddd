internal import FoundationEssentials
public import Messages
internal import Settings

extension DocumentStore {
    /// Asks for a sign of life that means something: the server answers, lets us in, and has our database. Nil if so.
    public func probe() async -> RequestFailure? {
        switch await call(Request(.get, database: settings.database, "/_api/database/current"), as: AnyAnswer.self) {
        case .success: nil
        case .failure(let failure): failure
        }
    }

    /// A call that is answered with an object; anything but success is a failure, classified as for writes.
    func call<Content: Decodable>(
        _ request: Request, sending definition: (some Encodable)? = Never?.none, as type: Content.Type, over lane: TransferLane = .usual
    ) async -> Result<Content, RequestFailure> {
        await call(definition.map { Call(request, sending: $0, over: lane) } ?? Call(request, over: lane), as: type)
    }

    /// The same of a call with its body.
    func call<Content: Decodable>(_ call: Call, as type: Content.Type) async -> Result<Content, RequestFailure> {
        await exchange(call).flatMap { answer in
            guard (200...202).contains(answer.status) else {
                let error = ErrorAnswer(answer)
                return .failure(FailureVerdict.request(error.failure, error.fault))
            }
            guard let content = try? JSONDecoder().decode(Content.self, from: Data(answer.body)) else {
                let message = "the answer of \(answer.endpoint) to \(call.request.path) is not what ArangoDB answers"
                return .failure(.configuration(Fault(status: answer.status, message: message)))
            }
            return .success(content)
        }
    }
}

/// Numbers that callers of ``DocumentStore`` act on by themselves; the classes of all are in ``FailureTable``.
enum ErrorNumber {
    static let conflict = 1200
    static let documentNotFound = 1202
    static let collectionNotFound = 1203
    static let duplicateName = 1207
    static let notUnique = 1210
    static let databaseNotFound = 1228
    static let cursorNotFound = 1600
    static let graphNotFound = 1924
    static let duplicateGraph = 1925
    static let readOnly = 1004
    static let illegalKey = 1221
    static let invalidEdge = 1233
    static let userNotFound = 1703
}
