/// Version, engine and health (ArangoDB.md section 10).
extension ServerState {
    mutating func answerServer(_ request: Request) throws(ArangoError) -> Response {
        if request.path == "/_admin/server/mode" { return try answerMode(request) }
        guard request.method == "GET" else { throw .methodNotSupported(request.method) }
        switch request.path {
        case "/_api/version", "/_admin/version": return versionAnswer(request)
        case "/_admin/license": return Response(status: 200, json: license)
        // Nobody gives it tasks.
        case "/_api/tasks": return Response(status: 200, json: [])
        case "/_api/key-generators":
            return Response(
                status: 200, json: ["keyGenerators": ["padded", "uuid", "autoincrement", "traditional"], "error": false, "code": 200])
        case "/_api/engine":
            return Response(
                status: 200,
                json: [
                    "name": "rocksdb",
                    "supports": ["indexes": ["primary", "edge", "persistent", "ttl", "geo", "fulltext", "mdi", "mdi-prefixed"]],
                ])
        // Seconds with a fraction [D].
        case "/_admin/time":
            return Response(status: 200, json: ["time": .number("\(Double(clock.now) / 1000)"), "error": false, "code": 200])
        case "/_admin/status": return Response(status: 200, json: status)
        case "/_admin/server/availability": return Response(status: 200, json: ["mode": .string(mode), "error": false, "code": 200])
        default: throw .unknownPath(request.path)
        }
    }

    /// `/_api/job`: nobody has jobs here, because `x-arango-async` is not looked at.
    func answerJobs(_ request: Request) throws(ArangoError) -> Response {
        switch (request.method, request.segments.dropFirst(2).first) {
        case ("DELETE", "all"?), ("DELETE", "expired"?): return Response(status: 200, json: ["result": true])
        case ("GET", "done"?), ("GET", "pending"?): return Response(status: 200, json: [])
        default: throw ArangoError(status: 404, errorNum: 404, message: "not found")
        }
    }

    private var mode: String { isReadOnly ? "readonly" : "default" }

    /// `PUT` is for administrators.
    private mutating func answerMode(_ request: Request) throws(ArangoError) -> Response {
        if request.method == "PUT" {
            guard let mode = try request.json().object?["mode"]?.string, ["default", "readonly"].contains(mode) else {
                throw .badParameter("mode must be default or readonly")
            }
            isReadOnlyMode = mode == "readonly"
        } else if request.method != "GET" {
            throw .methodNotSupported(request.method)
        }
        return Response(status: 200, json: ["mode": .string(mode), "error": false, "code": 200])
    }

    private func versionAnswer(_ request: Request) -> Response {
        let version = configuration.serverVersion
        var object: JSONObject = ["server": "arango", "license": "community"]
        // Hardened, only an administrator learns it [S].
        let tellsAll = !configuration.isHardened || access.isAdministrator(caller)
        if tellsAll { object.append("version", .string(version.text)) }
        if version.tellsAPIVersions {
            object.append("apiVersions", ["v0"])
            object.append("deprecatedApiVersions", [])
            object.append("requestedApiVersion", "v0")
        }
        if tellsAll && request.flag("details") {
            object.append("details", ["mode": "server", "role": .string(configuration.role.rawValue), "emulator": "true"])
        }
        return Response(status: 200, json: .object(object))
    }

    /// The Community Edition from 3.12.5 on, which may hold 100 GiB [D]. How much is held is made up, there is no disk.
    private var license: JSONValue {
        guard configuration.serverVersion.limitsDiskUsage else { return ["license": "none"] }
        let status: String, seconds: Int
        switch diskUsage {
        case .good: (status, seconds) = ("good", 315_569_520)
        case .limitReached: (status, seconds) = ("limit-reached", 172_800)
        case .readOnly: (status, seconds) = ("read-only", 0)
        }
        let isOver = diskUsage != .good
        return [
            "upgrading": false,
            "diskUsage": [
                "bytesUsed": .int(isOver ? 107_374_182_401 : 127_316_844), "bytesLimit": 107_374_182_400, "limitReached": .bool(isOver),
                "secondsUntilReadOnly": .int(seconds), "secondsUntilShutDown": .int(isOver ? seconds + 172_800 : seconds),
                "status": .string(status),
            ],
        ]
    }

    /// [T RestAdminStatus] for a coordinator. A single server leaves out what only a cluster has.
    private var status: JSONValue {
        var server: JSONObject = [
            "progress": ["phase": "in wait", "feature": "", "recoveryTick": 0], "maintenance": false,
            "role": .string(configuration.role.rawValue), "writeOpsEnabled": .bool(!isReadOnly), "readOnly": .bool(isReadOnly),
        ]
        var object: JSONObject = [
            "server": "arango", "version": .string(configuration.version), "pid": 1, "license": "community", "mode": "server",
            "operationMode": "server", "foxxApi": true, "host": "localhost", "hostname": "arango-emulator",
        ]
        guard configuration.role == .coordinator else {
            object.append("serverInfo", .object(server))
            return .object(object)
        }
        let identity: JSONObject = [
            "persistedId": "CRDN-00000000-0000-0000-0000-000000000001", "rebootId": 1, "address": "tcp://localhost:8529",
            "serverId": "CRDN-00000000-0000-0000-0000-000000000001", "state": "SERVING",
        ]
        server.members += identity.members
        object.append("serverInfo", .object(server))
        object.append("coordinator", ["foxxmaster": "CRDN-00000000-0000-0000-0000-000000000001", "isFoxxmaster": false])
        object.append("agency", ["agencyComm": ["endpoints": ["tcp://localhost:8531"]]])
        return .object(object)
    }
}
