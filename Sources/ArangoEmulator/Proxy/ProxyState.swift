internal import Synchronization

/// What all connections of a proxy share: the faults in force and what has come.
final class ProxyState: Sendable {
    private let state = Mutex<(faults: FaultList, log: RequestLog)>((FaultList(), RequestLog()))

    func withLock<Value: Sendable>(_ body: (inout FaultList, inout RequestLog) -> Value) -> Value {
        state.withLock { body(&$0.faults, &$0.log) }
    }

    /// What becomes of a request that has just come.
    func treat(_ request: Request) -> TreatedRequest {
        let now = SharedState.now
        return withLock { faults, log in
            log.note(request, at: now)
            return faults.treat(request)
        }
    }

    /// Counts what the server made of a request.
    func count(_ response: Response, to request: Request) {
        guard let tally = RequestCounters(written: response, by: request) else { return }
        withLock { _, log in log.counters.add(tally) }
    }
}

extension RequestCounters {
    /// What an answer says about the documents of a request. `nil` for a request that writes none, and for an answer that tells nothing of them.
    fileprivate init?(written response: Response, by request: Request) {
        guard request.writesDocuments, request.segments.starts(with: ["_api", "document"]), response.status < 300,
            let value = try? JSONParser.parse(response.body)
        else { return nil }
        self.init()
        for element in value.array ?? [value] {
            guard let object = element.object else { continue }
            if object["error"] == true {
                elementErrors += 1
            } else if let old = object["_oldRev"], old == object["_rev"] {
                documentsUnchanged += 1
            } else {
                documentsWritten += 1
            }
        }
    }

    fileprivate mutating func add(_ other: RequestCounters) {
        documentsWritten += other.documentsWritten
        documentsUnchanged += other.documentsUnchanged
        elementErrors += other.elementErrors
    }
}
