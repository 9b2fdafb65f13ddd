internal import FoundationEssentials
internal import Messages

/// The answer of `/_open/auth`: `{"jwt":"…"}` (ArangoDB.md section 9).
enum LoginAnswer {
    private struct Body: Decodable { let jwt: String }

    /// The token, or why there is none. The token itself appears in no failure.
    static func token(_ answer: Answer, username: String) -> Result<String, RequestFailure> {
        guard answer.status == 200 else { return .failure(failure(ErrorAnswer(answer), answer, username: username)) }
        guard let body = try? JSONDecoder().decode(Body.self, from: Data(answer.body)), !body.jwt.isEmpty, body.jwt.isHeaderValue else {
            return .failure(.configuration(Fault(status: answer.status, message: "\(answer.endpoint) answered the login without a token")))
        }
        return .success(body.jwt)
    }

    private static func failure(_ error: ErrorAnswer, _ answer: Answer, username: String) -> RequestFailure {
        if answer.status == 404 {
            let message = "\(answer.endpoint) has authentication switched off, so there is no login: set authentication = \"basic\""
            return .configuration(Fault(errorNum: error.fault.errorNum, status: answer.status, message: message))
        }
        let message = "login as \"\(username)\" failed: \(error.fault.message)"
        let fault = Fault(errorNum: error.fault.errorNum, status: answer.status, message: message)
        switch error.failure {
        case .transient where answer.status < 500: return .configuration(fault)
        case .outage, .collection, .unknown, .transient: return .outage(fault)
        case .conflict, .refused, .missing, .configuration: return .configuration(fault)
        }
    }
}
