/// What only a coordinator knows.
extension ServerState {
    /// `GET /_api/cluster/endpoints`; of a single server untried.
    func answerCluster(_ request: Request) throws(ArangoError) -> Response {
        guard request.method == "GET" else { throw .methodNotSupported(request.method) }
        guard request.path == "/_api/cluster/endpoints", configuration.isCluster else { throw .unknownPath(request.path) }
        let list = endpoints.enumerated().filter { !coordinatorsAway.contains($0.offset) }.map { (_, endpoint) -> JSONValue in
            ["endpoint": .string(endpoint)]
        }
        return Response(status: 200, json: ["error": false, "code": 200, "endpoints": .array(list)])
    }

    static func coordinatorID(_ number: Int) -> String { "CRDN-00000000-0000-0000-0000-00000000000\(number + 1)" }

    /// The cursors of a coordinator that goes away are gone with it; documents are not, they are on the DB-Servers.
    mutating func setCoordinator(_ number: Int, isAway: Bool) {
        guard isAway else {
            coordinatorsAway.remove(number)
            return
        }
        coordinatorsAway.insert(number)
        cursors = cursors.filter { $0.value.coordinator != number }
    }
}
