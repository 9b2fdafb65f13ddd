public import Messages
internal import Settings

/// A document as it was when it was looked at.
public struct SeenRevision: Sendable, Equatable, Decodable {
    /// Its `_key`.
    public let key: String
    /// Its `_rev`.
    public let rev: String
}

/// Some of the documents that a run has not seen.
public struct MissingPage: Sendable, Equatable {
    /// The documents.
    public let documents: [SeenRevision]
    /// Where the next ones are; `nil` if those were all.
    public let cursor: String?

    init(_ answer: CursorAnswer<SeenRevision>) {
        documents = answer.result
        cursor = answer.hasMore ? answer.id : nil
    }
}

/// What became of a document that a run has not seen.
public enum MissingOutcome: Sendable, Equatable {
    /// It is removed or marked.
    case done
    /// It has changed since it was looked at, or is gone: left alone.
    case changed
    /// The database did not do it.
    case failed(Fault)
}

/// Documents that a full resynchronisation has not seen: counted, listed, and removed or marked by the revision that was looked at.
extension DocumentStore {
    /// How many documents a run answers for.
    public func count(_ scope: RunScope) async -> Result<Int, RequestFailure> { await number(scope.count) }

    /// How many of them it has seen, or has not.
    public func count(_ scope: RunScope, seen: Bool) async -> Result<Int, RequestFailure> { await number(scope.count(seen: seen)) }

    /// Those that it has not seen, at most `most`.
    public func missing(_ scope: RunScope, atMost most: Int) async -> Result<MissingPage, RequestFailure> {
        await query(scope.missing(atMost: most), as: SeenRevision.self).map(MissingPage.init)
    }

    /// The page after one with a cursor.
    public func missing(after cursor: String) async -> Result<MissingPage, RequestFailure> {
        await next(of: cursor, as: SeenRevision.self).map(MissingPage.init)
    }

    /// Removes documents, or merges `mark` into them, each only if it still has the revision that was seen. Repeatable.
    public func settle(
        _ documents: [SeenRevision], in collection: String, mark: [UInt8]?
    ) async -> Result<[MissingOutcome], RequestFailure> {
        guard !documents.isEmpty else { return .success([]) }
        return await exchange(.settle(documents, in: collection, mark: mark, settings: settings)).flatMap { answer in
            ElementFaults.read(answer, expecting: documents.count)
        }.map { faults in
            faults.map { fault in
                guard let (failure, fault) = fault else { return .done }
                return failure == .missing || fault.errorNum == ErrorNumber.conflict ? .changed : .failed(fault)
            }
        }
    }

}

extension SweepBody {
    /// Selectors of documents that were looked at.
    init(_ documents: [SeenRevision], mark: [UInt8]?) {
        for document in documents {
            add(key: Array(Self.jsonText(document.key).utf8)[...], revision: Array(Self.jsonText(document.rev).utf8)[...], mark: mark)
        }
    }

    /// Keys and revisions as ArangoDB makes them hold nothing that JSON escapes; of another server it is not known.
    private static func jsonText(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
