internal import FoundationEssentials
internal import Pipeline

/// The answer of `/_open/auth`: `{"jwt":"…"}` (API.md section 9).
enum LoginAnswer {
    private struct Body: Decodable { let jwt: String }

    /// The token, or why there is none. The token itself appears in no failure.
    static func token(status: Int, body: [UInt8], username: String, endpoint: String) -> Result<String, RequestFailure> {
        if status == 200, let answer = try? JSONDecoder().decode(Body.self, from: Data(body)), answer.jwt.isHeaderValue, !answer.jwt.isEmpty
        {
            return .success(answer.jwt)
        }
        if status == 200 {
            return .failure(.configuration(Fault(status: status, message: "\(endpoint) answered the login without a token")))
        }
        let error = ErrorAnswer(status: status, body: body, endpoint: endpoint)
        if status == 404 {
            let advice = "has authentication switched off, so there is no login: set authentication = \"basic\""
            return .failure(.configuration(Fault(errorNum: error.fault.errorNum, status: status, message: "\(endpoint) \(advice)")))
        }
        let fault = Fault(
            errorNum: error.fault.errorNum, status: status, message: "login as \"\(username)\" failed: \(error.fault.message)")
        switch error.failure {
        case .outage: return .failure(.outage(fault))
        case .unknown, .transient: return .failure(.outage(fault))
        case .conflict, .refused, .missing, .configuration: return .failure(.configuration(fault))
        }
    }
}
