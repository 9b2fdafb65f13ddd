internal import Messages

/// The answer to a write request, read into one outcome for each document.
enum WriteAnswer {
    /// The result for the pipeline.
    static func reply(_ answer: Answer, to batch: WriteBatch) -> WriteReply {
        // 200 and 201 say that it is on disk, 202 that it is not yet; what was asked for is in the request (ArangoDB.md section 3).
        guard (200...202).contains(answer.status) else {
            let error = ErrorAnswer(answer)
            if batch.writes.count == 1, let outcome = FailureVerdict.single(error.failure, error.fault) { return .success([outcome]) }
            return .failure(FailureVerdict.request(error.failure, error.fault))
        }
        var scanner = AnswerScanner(answer.body)
        // A removed document has none any more.
        let tellsRevisions = batch.needsRevisions && batch.target.mode != .remove
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(batch.writes.count)
        do throws(ElementFailure) {
            try scanner.array { scanner throws(ElementFailure) in
                guard outcomes.count < batch.writes.count else { throw .malformed }
                let element = try WriteElement(next: &scanner, in: answer.body)
                let outcome = try element.outcome(key: batch.writes[outcomes.count].key, target: batch.target, in: answer.body)
                outcomes.append(tellsRevisions ? element.withRevision(outcome, in: answer.body) : outcome)
            }
            guard scanner.isAtEnd(), outcomes.count == batch.writes.count else { throw .malformed }
        } catch {
            return .failure(error.failure(of: answer, expecting: batch.writes.count))
        }
        return .success(outcomes)
    }
}

/// One element of the answer to a write: where its members are.
private struct WriteElement {
    private var key: Range<Int>?
    private var revision: Range<Int>?
    private var oldRevision: Range<Int>?
    private var error = ElementError()
    private var isError = false

    init(next scanner: inout AnswerScanner, in body: [UInt8]) throws(ElementFailure) {
        var element = Self()
        try scanner.object { name, value in
            switch name.count {
            case 4 where body.holds(AnswerName.key, at: name): element.key = value
            case 4 where body.holds(AnswerName.revision, at: name): element.revision = value
            case 5 where body.holds(AnswerName.error, at: name): element.isError = body.holds(AnswerName.true, at: value)
            case 7 where body.holds(AnswerName.oldRevision, at: name): element.oldRevision = value
            default: element.error.note(name, value, in: body)
            }
        }
        self = element
    }

    private init() {}

    /// A success must name the document it is for: an answer in another order would acknowledge messages that were never stored.
    func outcome(key expected: DocumentKey, target: WriteTarget, in body: [UInt8]) throws(ElementFailure) -> Outcome {
        if isError {
            let (failure, fault) = error.reading(body)
            return try FailureVerdict.element(failure, isRemoval: target.mode == .remove, fault)
        }
        guard let key, let revision, body.holds(stringOf: expected, at: key) else { throw .malformed }
        // Without versionAttribute no write is a no-op; DELETE has none.
        guard target.versionAttribute != nil, target.mode != .remove, let oldRevision else { return .written }
        return body.holdsSame(at: revision, as: oldRevision) ? .stale : .written
    }

    /// The outcome with the revision of what is stored.
    func withRevision(_ outcome: Outcome, in body: [UInt8]) -> Outcome {
        guard outcome == .written || outcome == .stale, let revision = revision.flatMap({ body.string(at: $0) }) else { return outcome }
        return .stored(revision: revision, isStale: outcome == .stale)
    }
}
