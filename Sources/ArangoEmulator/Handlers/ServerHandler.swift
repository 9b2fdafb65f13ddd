/// Version, engine and health (ArangoDB.md section 10).
extension ServerState {
    mutating func answerServer(_ request: Request, by user: String) throws(ArangoError) -> Response {
        guard request.method == "GET" else { throw .methodNotSupported(request.method) }
        // An administrator has rw on _system (`ServerSecurityFeature::canAccessHardenedApi` [S]).
        let isOpen = !configuration.isHardened || access.level(of: user, database: "_system", collection: nil) == .rw
        switch request.path {
        case "/_api/version": return versionAnswer(request, tellsVersion: isOpen)
        // As a server of 3.12.10 answered a driver's tests; the numbers are the manual's [D].
        case "/_admin/license" where isOpen:
            return Response(
                status: 200,
                json: [
                    "upgrading": false,
                    "diskUsage": [
                        "bytesUsed": 127_316_844, "bytesLimit": 107_374_182_400, "limitReached": false, "secondsUntilReadOnly": 315_569_520,
                        "secondsUntilShutDown": 315_569_520, "status": "good",
                    ],
                ])
        case "/_admin/status" where !isOpen, "/_admin/license": throw ArangoError(status: 403, errorNum: 11, message: "forbidden")
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
        case "/_admin/server/availability": return Response(status: 200, json: ["mode": "default", "error": false, "code": 200])
        default: throw .unknownPath(request.path)
        }
    }

    private func versionAnswer(_ request: Request, tellsVersion: Bool) -> Response {
        let version = configuration.serverVersion
        var object: JSONObject = ["server": "arango", "license": "community"]
        if tellsVersion { object.append("version", .string(version.text)) }
        if version.tellsAPIVersions {
            object.append("apiVersions", ["v0"])
            object.append("deprecatedApiVersions", [])
            object.append("requestedApiVersion", "v0")
        }
        if request.flag("details") {
            object.append("details", ["mode": "server", "role": .string(configuration.role.rawValue), "emulator": "true"])
        }
        return Response(status: 200, json: .object(object))
    }

    /// [T RestAdminStatus] for a coordinator. A single server leaves out what only a cluster has.
    private var status: JSONValue {
        var server: JSONObject = [
            "progress": ["phase": "in wait", "feature": "", "recoveryTick": 0], "maintenance": false,
            "role": .string(configuration.role.rawValue), "writeOpsEnabled": true, "readOnly": false,
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
