/// Finds the route of a request, or says why there is none. Pure.
struct Router: Sendable {
    /// What a request's first line leads to.
    struct Match: Sendable {
        let route: Route
        let parameters: [String: String]
        let query: [String: String]
    }

    private let routes: [Route]

    init(routes: [Route]) { self.routes = routes }

    /// The route for a method and a target such as `/v1/history/companies/1?limit=5`, if the peer may use it and can do something with its answer.
    func match(method: String, target: String, accept: [String] = [], peer: Peer) throws(Refusal) -> Match {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = Self.path(parts.first ?? "")
        let candidates = routes.compactMap { route in route.path.match(path).map { (route, $0) } }
        guard !candidates.isEmpty else { throw Self.nothing(at: path) }
        let wanted = method == "HEAD" ? "GET" : method
        guard let (route, parameters) = candidates.first(where: { $0.0.method.rawValue == wanted }) else {
            let allowed = Self.methods(of: candidates.map(\.0))
            throw Refusal(
                ControlError(.methodNotAllowed, "\(path) takes \(allowed) only"), allow: allowed)
        }
        let query = parts.count > 1 ? ControlRequest.pairs(parts[1]) : [:]
        let level = route.level(query)
        guard peer.level >= level else {
            throw Refusal(.notPermitted("\(peer) may \(peer.level), but not \(level): \(Self.whoMay(level))"), route: route)
        }
        guard route.mediaTypes.contains(where: MediaRanges(accept).accept) else {
            let message = "\(path) is answered with \(route.mediaTypes[0]), which the Accept header excludes"
            throw Refusal(ControlError(.notAcceptable, message), route: route)
        }
        return Match(route: route, parameters: parameters, query: query)
    }

    /// What the path of a target takes, for `Allow`.
    func methods(at target: String) throws(Refusal) -> String {
        let path = Self.path(target.prefix { $0 != "?" })
        let found = routes.filter { $0.path.match(path) != nil }
        guard !found.isEmpty else { throw Self.nothing(at: path) }
        return Self.methods(of: found)
    }

    /// What any path takes.
    var allMethods: String { Self.methods(of: routes) }

    private static func methods(of routes: [Route]) -> String {
        let names = Set(routes.map(\.method.rawValue))
        return (names.contains("GET") ? names.union(["HEAD", "OPTIONS"]) : names.union(["OPTIONS"])).sorted().joined(separator: ", ")
    }

    private static func nothing(at path: Substring) -> Refusal { Refusal(.notFound("nothing is at \(path); try /v1/status")) }

    /// Why a request is not done, before it was.
    struct Refusal: Error {
        let error: ControlError
        /// What the path does take.
        var allow: String?
        /// The route that the peer may not use.
        var route: Route?

        init(_ error: ControlError, allow: String? = nil, route: Route? = nil) {
            self.error = error
            self.allow = allow
            self.route = route
        }
    }

    /// Some clients send `http://warren/v1/status` as the target (RFC 9112 section 3.2.2).
    private static func path(_ target: Substring) -> Substring {
        guard target.hasPrefix("http://") else { return target }
        let authority = target.dropFirst("http://".count)
        return authority.firstIndex(of: "/").map { authority[$0...] } ?? "/"
    }

    private static func whoMay(_ level: AccessLevel) -> String {
        switch level {
        case .observe: "everyone who may open the socket may"
        case .operate: "members of the group that [control] group names may, and root"
        case .administer: "only root and the user that the service runs as may"
        }
    }
}
