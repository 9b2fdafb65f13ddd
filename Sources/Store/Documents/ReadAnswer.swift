internal import Messages

/// The answer to reading back, read into one state for each key.
enum ReadAnswer {
    /// The result for the pipeline.
    static func reply(_ answer: Answer, to batch: ReadBatch) -> ReadReply {
        // Any other success would be a replacement's.
        guard answer.status == 200 else {
            let error = ErrorAnswer(answer)
            return .failure(FailureVerdict.request(error.failure, error.fault))
        }
        let versionName = batch.versionAttribute.map { Array($0.utf8) }
        var scanner = AnswerScanner(answer.body)
        var states: [StoredState] = []
        states.reserveCapacity(batch.keys.count)
        do throws(ElementFailure) {
            try scanner.array { scanner throws(ElementFailure) in
                guard states.count < batch.keys.count else { throw .malformed }
                let marker = states.count < batch.markers.count ? batch.markers[states.count].map { Array($0.utf8) } : nil
                let element = try ReadElement(next: &scanner, versionName: versionName, marker: marker, in: answer.body)
                states.append(
                    try element.state(key: batch.keys[states.count], tellsRevision: batch.needsRevisions, in: answer.body))
            }
            guard scanner.isAtEnd(), states.count == batch.keys.count else { throw .malformed }
        } catch {
            return .failure(error.failure(of: answer, expecting: batch.keys.count))
        }
        return .success(states)
    }
}

/// One element of an `onlyget` answer: a document, or an error object.
private struct ReadElement {
    private var key: Range<Int>?
    private var revision: Range<Int>?
    private var version: UInt64?
    private var edgesVersion: UInt64?
    private var error = ElementError()

    init(next scanner: inout AnswerScanner, versionName: [UInt8]?, marker: [UInt8]?, in body: [UInt8]) throws(ElementFailure) {
        var element = Self()
        try scanner.object { name, value in
            if let versionName, body.isName(versionName, at: name) { element.version = body.wholeNumber(at: value) }
            if let marker, body.isName(marker, at: name) { element.edgesVersion = body.wholeNumber(at: value) }
            switch name.count {
            case 4 where body.holds(AnswerName.key, at: name): element.key = value
            case 4 where body.holds(AnswerName.revision, at: name): element.revision = value
            default: element.error.note(name, value, in: body)
            }
        }
        self = element
    }

    private init() {}

    /// A document may hold attributes called `error` and `errorNum`, but only a document has `_key` and `_rev`.
    func state(key expected: DocumentKey, tellsRevision: Bool, in body: [UInt8]) throws(ElementFailure) -> StoredState {
        if let key, let revision {
            guard body.holds(stringOf: expected, at: key) else { throw .malformed }
            return .found(version: version, edgesVersion: edgesVersion, revision: tellsRevision ? body.string(at: revision) : nil)
        }
        let (failure, fault) = error.reading(body)
        switch failure {
        case .missing: return .missing
        case .conflict, .refused, .transient: return .unreadable(fault)
        case .outage, .collection: throw .request(.collection(fault))
        case .configuration: throw .request(.configuration(fault))
        case .unknown: throw .request(.unknown(fault))
        }
    }
}
