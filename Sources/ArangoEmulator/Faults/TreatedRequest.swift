/// What faults make of one request: what reaches the server, and what the client gets. A value, so that the emulator and ``DatabaseProxy`` do the same.
struct TreatedRequest: Sendable {
    private enum End: Sendable {
        /// The server's answer.
        case answer
        /// This one instead.
        case instead(Response)
        case drop, stall
    }

    /// Requests for the server, one after the other; the last one's answer counts. None if the server never learns of it.
    let forwarded: [Request]
    private let end: End
    private let delay: Duration
    private let failed: FailedDocuments?

    /// - Parameter request: as it came.
    init(_ request: Request, verdict: FaultList.Verdict, failed: FailedDocuments?) {
        let whole = failed.map(\.forwarded) ?? [request]
        delay = verdict.delay
        switch verdict.effect {
        case .answer(let status, let errorNum, let message):
            (forwarded, end) = ([], .instead(.injected(status: status, errorNum: errorNum, message: message)))
        case .drop: (forwarded, end) = ([], .drop)
        case .stall: (forwarded, end) = ([], .stall)
        case .loseReply: (forwarded, end) = (whole, .drop)
        case .halfDone(let status, let errorNum, let message):
            (forwarded, end) = (whole.map(\.half), .instead(.injected(status: status, errorNum: errorNum, message: message)))
        case .repeatWrite: (forwarded, end) = (whole + whole, .answer)
        case .delay, .failElements, nil: (forwarded, end) = (whole, .answer)
        }
        self.failed = failed
    }

    /// What the connection does about it.
    ///
    /// - Parameters:
    ///   - response: the answer to the last of ``forwarded``. `nil` if the server closed the connection instead, or was sent nothing.
    ///   - time: what the answer takes in any case.
    func reaction(to response: Response?, after time: Duration = .zero) -> Reaction {
        switch end {
        case .drop: return .drop
        case .stall: return .stall
        case .instead(let response): return .answer(response, after: delay)
        case .answer:
            guard let response = failed.map({ $0.joined(with: response) }) ?? response else { return .drop }
            return .answer(response, after: delay + time)
        }
    }
}

extension FaultList {
    /// Consumes one of `times` of each fault that takes part.
    mutating func treat(_ request: Request) -> TreatedRequest {
        let verdict = verdict(on: request)
        switch verdict.effect {
        // The documents are never looked at.
        case .answer, .drop, .stall: return TreatedRequest(request, verdict: verdict, failed: nil)
        default: return TreatedRequest(request, verdict: verdict, failed: failDocuments(of: request))
        }
    }
}

extension Response {
    /// Without an errorNum the answer is not ArangoDB's, but such as a proxy gives.
    static func injected(status: Int, errorNum: Int?, message: String) -> Response {
        if let errorNum { return ArangoError(status: status, errorNum: errorNum, message: message).response }
        var response = Response(status: status, body: Array(message.utf8))
        response.contentType = "text/plain"
        return response
    }
}
