internal import Messages

/// Why an array answer has no results as a whole.
enum ElementFailure: Error {
    /// It is not one result for each document, in their order. Nothing in it is believed then.
    case malformed
    /// One of its elements concerns all.
    case request(RequestFailure)

    func failure(of answer: Answer, expecting count: Int) -> RequestFailure {
        failure(of: answer, expecting: "one result for each of the \(count) documents, in their order")
    }

    func failure(of answer: Answer, expecting what: String) -> RequestFailure {
        switch self {
        case .request(let failure): failure
        case .malformed: .unknown(Fault(status: answer.status, message: "the answer of \(answer.endpoint) is not \(what)"))
        }
    }
}

/// The members of an error element (ArangoDB.md section 2): where they are.
struct ElementError {
    private var errorNum: Range<Int>?
    private var errorMessage: Range<Int>?

    mutating func note(_ name: Range<Int>, _ value: Range<Int>, in body: [UInt8]) {
        switch name.count {
        case 8 where body.holds(AnswerName.errorNum, at: name): errorNum = value
        case 12 where body.holds(AnswerName.errorMessage, at: name): errorMessage = value
        default: break
        }
    }

    /// What it means, and in which words.
    func reading(_ body: [UInt8]) -> (FailureClass, Fault) {
        let number = errorNum.flatMap { body.wholeNumber(at: $0) }.flatMap(Int.init(exactly:))
        let message = errorMessage.flatMap { body.faultText(at: $0) } ?? "an element without a message"
        return (FailureTable.element(errorNum: number, message: message), Fault(errorNum: number, message: message))
    }
}
