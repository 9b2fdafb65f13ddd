internal import Messages

/// An answer that is an error as a whole, with its class.
struct ErrorAnswer {
    let failure: FailureClass
    let fault: Fault

    /// Reads `{"error":true,"errorNum":…,"errorMessage":…}` (ArangoDB.md section 2). A body of another kind is not repeated: nobody knows what is
    /// in it.
    init(_ answer: Answer) {
        let (errorNum, text) = Self.members(of: answer.body)
        failure = FailureTable.request(errorNum: errorNum, status: answer.status, message: text ?? "")
        let message =
            if errorNum != nil {
                "\(text ?? "no message"), says \(answer.endpoint)"
            } else {
                "\(answer.endpoint) answered HTTP \(answer.status) without ArangoDB's error object: a proxy, or something else that listens there?"
            }
        fault = Fault(errorNum: errorNum, status: answer.status, message: message)
    }

    private static func members(of body: [UInt8]) -> (errorNum: Int?, message: String?) {
        var scanner = AnswerScanner(body)
        var errorNum: Int?
        var message: String?
        do throws(ElementFailure) {
            try scanner.object { name, value in
                if body.holds(AnswerName.errorNum, at: name) { errorNum = body.wholeNumber(at: value).flatMap(Int.init(exactly:)) }
                if body.holds(AnswerName.errorMessage, at: name) { message = body.faultText(at: value) }
            }
        } catch {
            return (nil, nil)
        }
        return scanner.isAtEnd() ? (errorNum, message) : (nil, nil)
    }
}
