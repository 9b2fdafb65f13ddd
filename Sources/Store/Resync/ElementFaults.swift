internal import Messages

/// The answer to an array request of which only the errors matter.
enum ElementFaults {
    /// For each element its class and fault; `nil` if it was done.
    static func read(_ answer: Answer, expecting count: Int) -> Result<[(FailureClass, Fault)?], RequestFailure> {
        guard (200...202).contains(answer.status) else {
            let error = ErrorAnswer(answer)
            return .failure(FailureVerdict.request(error.failure, error.fault))
        }
        var list: [(FailureClass, Fault)?] = []
        list.reserveCapacity(count)
        do throws(ElementFailure) {
            var scanner = AnswerScanner(answer.body)
            try scanner.array { scanner throws(ElementFailure) in
                var error = ElementError()
                var isError = false
                try scanner.object { name, value in
                    if answer.body.holds(AnswerName.error, at: name) { isError = answer.body.holds(AnswerName.true, at: value) }
                    error.note(name, value, in: answer.body)
                }
                list.append(isError ? error.reading(answer.body) : nil)
            }
            guard scanner.isAtEnd(), list.count == count else { throw .malformed }
        } catch {
            return .failure(error.failure(of: answer, expecting: count))
        }
        return .success(list)
    }
}
