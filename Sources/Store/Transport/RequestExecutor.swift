internal import Messages

/// Carries a request to an answer: over which coordinator, with which proof of identity. Lives on the store's thread.
final class RequestExecutor {
    static let closed = RequestFailure.outage(Fault(message: "the connection to ArangoDB is being closed"))

    private let multi: MultiHandle
    private let coordinators: [Coordinator]
    private let authorization: Authorization
    private var ring: EndpointRing
    /// How the coordinators did lately, in their order.
    private(set) var reports: [CoordinatorReport]
    private var isClosed = false

    init(multi: MultiHandle, coordinators: [Coordinator], authorization: Authorization) {
        self.multi = multi
        self.coordinators = coordinators
        self.authorization = authorization
        ring = EndpointRing(count: coordinators.count)
        reports = coordinators.map { CoordinatorReport(endpoint: $0.name) }
    }

    /// Sends until there is an answer or a reason to give up; after a 401 that a login may mend, once more.
    func run(_ request: Request, over transfer: Transfer) async -> Result<Answer, RequestFailure> {
        var mayLogIn = true
        while true {
            let header: AuthorizationHeader
            switch await authorization.header(through: self) {
            case .success(let current): header = current
            case .failure(let failure): return .failure(failure)
            }
            let result = await run(request, over: transfer, headers: header.list)
            guard case .success(let answer) = result, answer.status == 401, mayLogIn, authorization.refused(header) else { return result }
            mayLogIn = false
        }
    }

    /// The same with given headers. It moves to another coordinator only if nothing was done at the last one.
    func run(_ request: Request, over transfer: Transfer, headers: StringList) async -> Result<Answer, RequestFailure> {
        var failure = Self.closed
        var tried: Set<Int> = []
        while !isClosed, let index = ring.next(now: .now, tried: tried) {
            let coordinator = coordinators[index]
            let start = ContinuousClock.now
            transfer.prepare(request, base: coordinator.base, headers: headers, connectTo: coordinator.connectTo)
            let end = await withCheckedContinuation { multi.start(transfer, $0) }
            let broken = end.failure(request, endpoint: coordinator.name)
            let now = ContinuousClock.now
            if let hasNames = transfer.handle.certificateHasNames { reports[index].isNamedBySubject = !hasNames }
            reports[index].count(status: broken == nil ? end.status : nil, took: now - start)
            if let broken {
                reports[index].failure = "\(broken.fault)"
                if end.wasSent {
                    ring.failed(index, now: .now)
                    return .failure(broken)
                }
                failure = broken
            } else {
                let answer = Answer(
                    status: end.status, body: end.isTooLarge ? [] : transfer.answer, isTooLarge: end.isTooLarge, endpoint: coordinator.name)
                (reports[index].replyTime, reports[index].lastAnswer) = (now - start, now)
                guard answer.status == 503 else {
                    reports[index].failure = nil
                    ring.answered(index, took: now - start)
                    return .success(answer)
                }
                let error = ErrorAnswer(answer)
                failure = FailureVerdict.request(error.failure, error.fault)
                reports[index].failure = "\(failure.fault)"
            }
            ring.failed(index, now: .now)
            tried.insert(index)
        }
        return .failure(failure)
    }

    /// Ends what runs, and refuses what comes.
    func close() {
        isClosed = true
        multi.close()
    }
}
