internal import NIOCore

/// Passes the requests of one client on to the server, over a connection that is that client's alone, and does what the faults say.
///
/// Lives on the event loop of the client's connection.
final class ProxyResponder: Responder {
    private let configuration: DatabaseProxy.Configuration
    private let state: ProxyState
    private let upstream: UpstreamConnection

    init(_ configuration: DatabaseProxy.Configuration, state: ProxyState, on loop: any EventLoop) {
        self.configuration = configuration
        self.state = state
        upstream = UpstreamConnection(to: configuration.server, on: loop)
    }

    func respond(to request: Request, then react: @escaping (Reaction) -> Void) {
        if request.segments.first == "_emulator" { return react(Reaction(shown(orders(request)))) }
        let treated = state.treat(request)
        pass(on: treated.forwarded[...], last: nil) { [self] response in react(treated.reaction(to: response.map(shown))) }
    }

    private func shown(_ response: Response) -> Response { configuration.isAnonymous ? response.anonymous : response }

    func connectionClosed() { upstream.close() }

    /// One after the other, each when the one before is answered.
    private func pass(on requests: ArraySlice<Request>, last: Response?, then done: @escaping (Response?) -> Void) {
        guard let request = requests.first else { return done(last) }
        upstream.send(request) { [self] response in
            guard let response else { return done(nil) }
            state.count(response, to: request)
            pass(on: requests.dropFirst(), last: response, then: done)
        }
    }

    /// `/_emulator/faults` and `/_emulator/counters`, as the emulator takes them. Otherwise there is no such path, as at an ArangoDB.
    private func orders(_ request: Request) -> Response {
        guard configuration.takesOrders, !configuration.isAnonymous else { return ArangoError.unknownPath(request.path).response }
        return state.withLock { faults, log in
            do throws(ArangoError) {
                return try faults.answer(request, counters: log.counters)
            } catch {
                return error.response
            }
        }
    }
}

extension Response {
    /// Without what tells which product answers: only headers that a client needs.
    fileprivate var anonymous: Response {
        var response = self
        if !isForwarded { response.headers.append(("content-type", contentType)) }
        response.isForwarded = true
        let needed: Set = ["content-type", "content-length", "content-encoding", "etag", "location", "www-authenticate", "allow"]
        response.headers = response.headers.filter { needed.contains($0.name) || $0.name.hasPrefix("x-arango-") }
        return response
    }
}
