internal import Mapping
internal import Pipeline

/// The answer to reading back, read into one state for each key.
enum ReadAnswer {
    /// What the pipeline is told.
    static func reply(status: Int, body: [UInt8], to batch: ReadBatch, endpoint: String) -> ReadReply {
        guard status == 200 else {
            let answer = ErrorAnswer(status: status, body: body, endpoint: endpoint)
            return .failure(FailureVerdict.request(answer.failure, answer.fault))
        }
        let versionName = batch.versionAttribute.map { Array($0.utf8) }
        var scanner = JSONScanner(body)
        var states: [StoredState] = []
        states.reserveCapacity(batch.keys.count)
        var failure: RequestFailure?
        do throws(MalformedAnswer) {
            try scanner.array { scanner throws(MalformedAnswer) in
                guard states.count < batch.keys.count else { throw MalformedAnswer() }
                let element = try ReadElement(next: &scanner, versionName: versionName, in: body)
                do throws(RequestFailure) {
                    states.append(try element.state(key: batch.keys[states.count], in: body))
                } catch {
                    failure = failure ?? error
                    states.append(.missing)
                }
            }
            guard scanner.isAtEnd(), states.count == batch.keys.count else { throw MalformedAnswer() }
        } catch {
            return .failure(
                .unknown(
                    Fault(
                        status: status,
                        message: "the answer of \(endpoint) is not one result for each of \(batch.keys.count) keys, in their order")))
        }
        if let failure { return .failure(failure) }
        return .success(states)
    }
}

/// One element of an `onlyget` answer: a document, or an error object.
private struct ReadElement {
    private var key: Range<Int>?
    private var hasRevision = false
    private var version: UInt64?
    private var errorNum: Range<Int>?
    private var errorMessage: Range<Int>?

    init(next scanner: inout JSONScanner, versionName: [UInt8]?, in body: [UInt8]) throws(MalformedAnswer) {
        var element = Self()
        try scanner.object { name, value in
            if let versionName, body.isName(versionName, at: name) { element.version = body.wholeNumber(at: value) }
            switch name.count {
            case 4 where body.holds(AnswerName.key, at: name): element.key = value
            case 4 where body.holds(AnswerName.revision, at: name): element.hasRevision = true
            case 8 where body.holds(AnswerName.errorNum, at: name): element.errorNum = value
            case 12 where body.holds(AnswerName.errorMessage, at: name): element.errorMessage = value
            default: break
            }
        }
        self = element
    }

    private init() {}

    /// A document may hold attributes called `error` and `errorNum`, but only a document has `_key` and `_rev`.
    func state(key expected: DocumentKey, in body: [UInt8]) throws(RequestFailure) -> StoredState {
        if let key, hasRevision {
            guard body.holds(expected.text.utf8, at: key.lowerBound + 1..<max(key.lowerBound + 1, key.upperBound - 1)) else {
                throw .unknown(Fault(message: "the answer's element for document \(expected) is another document"))
            }
            return .found(version: version)
        }
        let number = errorNum.flatMap { body.wholeNumber(at: $0) }.flatMap(Int.init(exactly:))
        let message = errorMessage.flatMap { body.faultText(at: $0) } ?? "neither a document nor an error"
        let fault = Fault(errorNum: number, message: message)
        switch FailureTable.element(errorNum: number, message: message) {
        case .missing: return .missing
        case .conflict, .refused, .transient: return .unreadable(fault)
        case .outage: throw .outage(fault)
        case .configuration: throw .configuration(fault)
        case .unknown: throw .unknown(fault)
        }
    }
}

extension [UInt8] {
    /// True if the name at `range` is `text`, however it is escaped.
    fileprivate func isName(_ text: [UInt8], at range: Range<Int>) -> Bool {
        guard self[range].contains(UInt8(ascii: "\\")) else { return holds(text, at: range) }
        return jsonString(at: range.lowerBound - 1..<range.upperBound + 1).map { $0.utf8.elementsEqual(text) } ?? false
    }
}
