internal import Pipeline

/// An answer that is an error as a whole, with its class.
struct ErrorAnswer {
    let failure: FailureClass
    let fault: Fault

    /// Reads `{"error":true,"errorNum":…,"errorMessage":…}` (API.md section 2). A body of another kind is not repeated: nobody knows what is in it.
    init(status: Int, body: [UInt8], endpoint: String) {
        let error = ErrorObject(of: body)
        let message =
            error?.message.map { "\($0), says \(endpoint)" }
            ?? "\(endpoint) answered HTTP \(status) without ArangoDB's error object: is something else listening there, or a proxy between?"
        failure = FailureTable.request(errorNum: error?.errorNum, status: status, message: error?.message ?? "")
        fault = Fault(errorNum: error?.errorNum, status: status, message: message)
    }
}

/// The members of an error object that matter.
struct ErrorObject {
    private(set) var errorNum: Int?
    private(set) var message: String?

    /// Nil if `body` is not a whole JSON object with an errorNum.
    init?(of body: [UInt8]) {
        var scanner = JSONScanner(body)
        var number: Int?
        var text: String?
        do throws(MalformedAnswer) {
            try scanner.object { name, value in
                if body.holds(AnswerName.errorNum, at: name) { number = body.wholeNumber(at: value).flatMap(Int.init(exactly:)) }
                if body.holds(AnswerName.errorMessage, at: name) { text = body.faultText(at: value) }
            }
        } catch { return nil }
        guard let number, scanner.isAtEnd() else { return nil }
        (errorNum, message) = (number, text ?? "no message")
    }
}

/// Names in answers, as bytes.
enum AnswerName {
    static let key = Array("_key".utf8)
    static let revision = Array("_rev".utf8)
    static let oldRevision = Array("_oldRev".utf8)
    static let error = Array("error".utf8)
    static let errorNum = Array("errorNum".utf8)
    static let errorMessage = Array("errorMessage".utf8)
    static let `true` = Array("true".utf8)
}

extension [UInt8] {
    /// An errorMessage for logs and headers: one line, bounded.
    func faultText(at range: Range<Int>) -> String? {
        guard let text = jsonString(at: range) else { return nil }
        let line = String(String.UnicodeScalarView(text.unicodeScalars.prefix(500).map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
        return line.isEmpty ? nil : line
    }
}
