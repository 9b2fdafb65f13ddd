internal import Formats
internal import FoundationEssentials
public import Messages
internal import Settings

/// Small documents of our own, read whole and replaced only if nobody else was faster: what instances share lives in them.
extension DocumentStore {
    /// The records with these keys, in their order; nil where there is none, or not even the collection.
    public func records<Record: Decodable & Sendable>(
        _ keys: [String], in collection: String, as type: Record.Type
    ) async -> Result<[Record?], RequestFailure> {
        guard !keys.isEmpty else { return .success([]) }
        let request = DocumentRequest.read(collection: collection, database: settings.database, answerLimit: 16 << 20)
        switch await call(request, sending: keys, as: [RecordElement<Record>].self) {
        case .success(let elements):
            guard elements.count == keys.count else {
                return .failure(.unknown(Fault(message: "\(elements.count) answers to \(keys.count) keys of \(collection)")))
            }
            if let fault = elements.lazy.compactMap(\.fault).first { return .failure(.failing(fault)) }
            return .success(elements.map(\.record))
        case .failure(let failure) where failure.fault.errorNum == ErrorNumber.collectionNotFound:
            return .success(keys.map { _ in nil })
        case .failure(let failure): return .failure(failure)
        }
    }

    /// Stores a record, on disk before it is answered: a new one (`isNew`), or in place of the one whose `_rev` it carries. Returns the revision;
    /// `nil` if another instance was faster, and nothing was changed.
    public func put(_ record: some Encodable & Sendable, isNew: Bool, in collection: String) async -> Result<String?, RequestFailure> {
        await call(.put(record, isNew: isNew, in: collection, of: settings.database), as: [PutElement].self).flatMap { elements in
            guard elements.count == 1, let element = elements.first else {
                return .failure(.unknown(Fault(message: "\(elements.count) answers to one record of \(collection)")))
            }
            guard let number = element.errorNum else { return .success(element._rev) }
            // Also missing: it was removed since it was read.
            if [ErrorNumber.conflict, ErrorNumber.documentNotFound, ErrorNumber.notUnique].contains(number) { return .success(nil) }
            return .failure(.failing(Fault(errorNum: number, message: element.errorMessage ?? "an error without a message")))
        }
    }
}

extension Call {
    /// Stores a record: a new one, or in place of the one whose `_rev` it carries.
    static func put(_ record: some Encodable, isNew: Bool, in collection: String, of database: String) -> Call {
        let path = "/_api/document/\(collection.percentEncoded)"
        let request =
            isNew
            ? Request(.post, database: database, "\(path)?overwriteMode=conflict&waitForSync=true")
            : Request(.put, database: database, "\(path)?ignoreRevs=false&waitForSync=true")
        return Call(request, sending: [record])
    }
}

/// A record, or an error instead.
struct RecordElement<Record: Decodable>: Decodable {
    let record: Record?
    let fault: Fault?

    private enum CodingKeys: CodingKey { case error, errorNum, errorMessage }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard try container.decodeIfPresent(Bool.self, forKey: .error) == true else {
            record = try Record(from: decoder)
            fault = nil
            return
        }
        record = nil
        let number = try container.decodeIfPresent(Int.self, forKey: .errorNum)
        let message = try container.decodeIfPresent(String.self, forKey: .errorMessage)
        fault = number == ErrorNumber.documentNotFound ? nil : Fault(errorNum: number, message: message ?? "an error without a message")
    }
}

struct PutElement: Decodable {
    let _rev: String?
    let errorNum: Int?
    let errorMessage: String?
}
