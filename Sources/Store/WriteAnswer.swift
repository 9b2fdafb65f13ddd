internal import Mapping
internal import Pipeline

/// The answer to a write request, read into one outcome for each document.
enum WriteAnswer {
    /// What the pipeline is told.
    static func reply(status: Int, body: [UInt8], to batch: WriteBatch, endpoint: String) -> WriteReply {
        // 200 and 201 say that it is on disk, 202 that it is not yet; what was asked for is in the request (API.md section 3).
        guard (200...202).contains(status) else {
            let answer = ErrorAnswer(status: status, body: body, endpoint: endpoint)
            if batch.writes.count == 1, let outcome = FailureVerdict.single(answer.failure, answer.fault) { return .success([outcome]) }
            return .failure(FailureVerdict.request(answer.failure, answer.fault))
        }
        var scanner = JSONScanner(body)
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(batch.writes.count)
        var failure: RequestFailure?
        do throws(MalformedAnswer) {
            try scanner.array { scanner throws(MalformedAnswer) in
                guard outcomes.count < batch.writes.count else { throw MalformedAnswer() }
                let element = try WriteElement(next: &scanner, in: body)
                do throws(RequestFailure) {
                    outcomes.append(try element.outcome(key: batch.writes[outcomes.count].key, target: batch.target, in: body))
                } catch {
                    failure = failure ?? error
                    outcomes.append(.written)
                }
            }
            guard scanner.isAtEnd(), outcomes.count == batch.writes.count else { throw MalformedAnswer() }
        } catch {
            return .failure(
                .unknown(
                    Fault(
                        status: status,
                        message: "the answer of \(endpoint) is not one result for each of \(batch.writes.count) documents, in their order"))
            )
        }
        if let failure { return .failure(failure) }
        return .success(outcomes)
    }
}

/// One element of the answer to a write: where its members are.
private struct WriteElement {
    private var key: Range<Int>?
    private var revision: Range<Int>?
    private var oldRevision: Range<Int>?
    private var errorNum: Range<Int>?
    private var errorMessage: Range<Int>?
    private var isError = false

    init(next scanner: inout JSONScanner, in body: [UInt8]) throws(MalformedAnswer) {
        var element = Self()
        try scanner.object { name, value in
            switch name.count {
            case 4 where body.holds(AnswerName.key, at: name): element.key = value
            case 4 where body.holds(AnswerName.revision, at: name): element.revision = value
            case 5 where body.holds(AnswerName.error, at: name): element.isError = body.holds(AnswerName.true, at: value)
            case 7 where body.holds(AnswerName.oldRevision, at: name): element.oldRevision = value
            case 8 where body.holds(AnswerName.errorNum, at: name): element.errorNum = value
            case 12 where body.holds(AnswerName.errorMessage, at: name): element.errorMessage = value
            default: break
            }
        }
        self = element
    }

    private init() {}

    /// Throws ``MalformedAnswer`` in effect (as an unknown outcome) if a success is not this document's: an answer in another order would
    /// acknowledge messages that were never stored.
    func outcome(key expected: DocumentKey, target: WriteTarget, in body: [UInt8]) throws(RequestFailure) -> Outcome {
        if isError {
            let number = errorNum.flatMap { body.wholeNumber(at: $0) }.flatMap(Int.init(exactly:))
            let message = errorMessage.flatMap { body.faultText(at: $0) } ?? "refused without a message"
            let failure = FailureTable.element(errorNum: number, message: message)
            return try FailureVerdict.element(failure, isRemoval: target.mode == .remove, Fault(errorNum: number, message: message))
        }
        guard let key, let revision, body.holds(expected.text.utf8, at: key.dropQuotes) else {
            throw .unknown(Fault(message: "the answer's element for document \(expected) is another document's, or confirms nothing"))
        }
        guard target.versionAttribute != nil, target.mode != .remove, let oldRevision else { return .written }
        return body[revision].elementsEqual(body[oldRevision]) ? .stale : .written
    }
}

extension Range<Int> {
    /// The text within a string's quotes.
    fileprivate var dropQuotes: Range<Int> { count < 2 ? lowerBound..<lowerBound : lowerBound + 1..<upperBound - 1 }
}
