internal import ControlMessages

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

    /// The route for a method and a target such as `/v1/history/companies/1`, if the peer may use it, if it takes the query and the `Content-Type`,
    /// and if the peer accepts its answer.
    func match(
        method: String, target: String, accept: [String] = [], contentType: [String] = [], peer: Peer
    ) throws(Refusal) -> Match {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = Self.path(parts.first ?? "")
        let candidates = routes.compactMap { route in route.path.match(path).map { (route, $0) } }
        guard !candidates.isEmpty else { throw Self.nothing(at: path) }
        let wanted = method == "HEAD" ? "GET" : method
        guard let (route, parameters) = candidates.first(where: { $0.0.method.rawValue == wanted }) else {
            let allowed = Self.methods(of: candidates.map(\.0))
            throw Refusal(ControlError(.methodNotAllowed, "\(path) takes only \(allowed)"), allow: allowed)
        }
        do throws(ControlError) {
            return Match(
                route: route, parameters: parameters,
                query: try Self.query(parts.count > 1 ? parts[1] : "", of: route, accept: accept, contentType: contentType, peer: peer))
        } catch {
            throw Refusal(error, route: route)
        }
    }

    /// The pairs of the query, if the request is acceptable.
    private static func query(
        _ text: Substring, of route: Route, accept: [String], contentType: [String], peer: Peer
    ) throws(ControlError) -> [String: String] {
        // First, so that a peer learns no more than its level allows.
        try peer.demand(route.level)
        let query = try Query.pairs(text)
        try Query.check(query, route.description.parameters)
        try peer.demand(route.level(query))
        guard route.mediaTypes.contains(where: MediaRanges(accept).accept) else {
            throw ControlError(
                .notAcceptable, "the answer of \(route.path) is \(route.mediaTypes[0]), which the Accept header excludes")
        }
        guard contentType.count <= 1 else { throw .badRequest("the request has more than one Content-Type header") }
        guard route.description.body == nil || contentType.allSatisfy(isJSON) else {
            throw ControlError(
                .unsupportedMediaType,
                "the Content-Type header must be application/json, or absent; with curl, use --json instead of --data. Nothing was done")
        }
        return query
    }

    /// RFC 8259 section 11 defines no parameters; a charset is sent nevertheless, and JSON is always UTF-8.
    private static func isJSON(_ contentType: String) -> Bool {
        func trimmed(_ text: Substring) -> Substring {
            var text = text.drop { $0 == " " || $0 == "\t" }
            while let last = text.last, last == " " || last == "\t" { text.removeLast() }
            return text
        }
        let parts = contentType.lowercased().split(separator: ";", omittingEmptySubsequences: false).map(trimmed)
        return parts[0] == "application/json" && parts.dropFirst().allSatisfy { ["charset=utf-8", "charset=\"utf-8\""].contains($0) }
    }

    /// The methods of a target's path, for `Allow`.
    func methods(at target: String) throws(Refusal) -> String {
        let path = Self.path(target.prefix { $0 != "?" })
        let found = routes.filter { $0.path.match(path) != nil }
        guard !found.isEmpty else { throw Self.nothing(at: path) }
        return Self.methods(of: found)
    }

    /// The methods of any path.
    var allMethods: String { Self.methods(of: routes) }

    private static func methods(of routes: [Route]) -> String {
        let names = Set(routes.map(\.method.rawValue))
        return (names.contains("GET") ? names.union(["HEAD", "OPTIONS"]) : names.union(["OPTIONS"])).sorted().joined(separator: ", ")
    }

    private static func nothing(at path: Substring) -> Refusal { Refusal(.notFound("there is nothing at \(path); try /v1/status")) }

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
}
