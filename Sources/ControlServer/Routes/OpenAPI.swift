internal import ControlMessages

/// The OpenAPI 3.1 description of the control interface, made from the same values by which the router refuses unknown names.
package enum OpenAPI {
    /// The document for these routes. `version` is the program's.
    static func document(_ routes: [Route], version: String) -> JSONValue {
        let paths = routes.reduce(into: [String]()) { paths, route in
            if !paths.contains(route.path.description) { paths.append(route.path.description) }
        }
        return [
            "openapi": "3.1.0",
            "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
            "info": [
                "title": "Warren's control interface", "version": .string(version),
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
                "description": .string(introduction),
            ],
            "servers": [
                [
                    "url": "http://warren",
                    "description": "Over the Unix socket that [control] socket names; the name of the host has no meaning there.",
                ]
            ],
            "paths": .object(
                paths.map { path in
                    .init(
                        path,
                        .object(routes.filter { $0.path.description == path }.map { .init($0.method.rawValue.lowercased(), operation($0)) })
                    )
                }),
            "components": [
                "schemas": .object(schemas(routes).map { .init($0.name, $0.document) }),
                "responses": ["Error": error("Any other error; the schema lists all codes.", ["$ref": reference(ErrorReply.schema)])],
            ],
            "x-warren-errors": .array(
                ErrorCode.allCases.map {
                    ["code": .string($0.rawValue), "status": .number("\($0.status)"), "meaning": .string($0.meaning)]
                }),
        ]
    }

    /// The description of all routes as JSON text on one line, the same that `GET /v1/openapi.json` of this version serves.
    package static func text(version: String) -> [UInt8] { document(Route.all, version: version).text + [UInt8(ascii: "\n")] }

    private static let introduction = """
        The running service answers HTTP/1.1 with JSON. It does what a request says, or nothing: it refuses a name or value in a query or body that is \
        not described here, and a body where none is described, with 400. Bodies are strict JSON (RFC 8259): UTF-8 without a byte order mark, no \
        name twice, no comma at the end of a list, nothing after the value. Answers may have more members in a later version. What a peer may do \
        depends on its level, x-warren-level: everyone who may open the socket observes, members of the group that [control] group names operate, \
        root and the user that the service runs as administer. Each GET request has its HEAD, and OPTIONS lists the methods of a path.
        """

    /// Every message that a route takes or gives, by name.
    private static func schemas(_ routes: [Route]) -> [MessageSchema] {
        let own = routes.flatMap { route in
            (route.description.body.map { [$0.schema] } ?? []) + route.description.replies.flatMap(\.content.schemas)
        }
        let all = ([ErrorReply.schema] + own).flatMap { [$0] + $0.references }
        return all.reduce(into: [String: MessageSchema]()) { $0[$1.name] = $1 }.values.sorted { $0.name < $1.name }
    }
}

extension OpenAPI {
    private static func operation(_ route: Route) -> JSONValue {
        let description = route.description
        var members: [JSONValue.Member] = [
            .init("operationId", .string(name(route))), .init("summary", .string(description.summary)),
            .init("description", .string(description.details.isEmpty ? description.summary : description.details)),
            .init("x-warren-level", .string("\(route.level)")),
        ]
        if !description.parameters.isEmpty { members.append(.init("parameters", .array(description.parameters.map(parameter)))) }
        if let body = description.body {
            members.append(
                .init(
                    "requestBody",
                    [
                        "description": .string(body.schema.meaning), "required": .boolean(!body.isOptional),
                        "content": ["application/json": ["schema": ["$ref": reference(body.schema)]]],
                    ]))
        }
        members.append(.init("responses", .object(responses(route))))
        return .object(members)
    }

    /// Such as `post_processors_name_pause`.
    private static func name(_ route: Route) -> String {
        let words = route.path.description.split { !$0.isLetter && !$0.isNumber }.filter { $0 != "v1" }
        return ([route.method.rawValue.lowercased()] + words.map(String.init)).joined(separator: "_")
    }

    private static func parameter(_ parameter: Parameter) -> JSONValue {
        var schema = parameter.schema.members
        if let fallback = parameter.fallback { schema.append(.init("default", fallback)) }
        var members: [JSONValue.Member] = [
            .init("name", .string(parameter.name)), .init("in", .string(parameter.location.rawValue)),
            .init("required", .boolean(parameter.location == .path)), .init("description", .string(parameter.meaning)),
            .init("schema", .object(schema)),
        ]
        if let level = parameter.level { members.append(.init("x-warren-level", .string("\(level)"))) }
        return .object(members)
    }

    /// One for each status that is the route's own; answers that any request may get are described once.
    private static func responses(_ route: Route) -> [JSONValue.Member] {
        let description = route.description
        let errors: [ErrorCode] = [.badRequest] + (route.level > .observe ? [.notPermitted] : []) + description.errors
        let statuses = Set(description.replies.map(\.status) + errors.map(\.status)).sorted()
        let own = statuses.map { status -> JSONValue.Member in
            let reply = description.replies.first { $0.status == status }
            let codes = errors.filter { $0.status == status }
            guard let reply else { return .init("\(status)", error(codes)) }
            return .init("\(status)", success(reply))
        }
        return own + [.init("default", ["$ref": "#/components/responses/Error"])]
    }

    private static func success(_ reply: RouteDescription.Reply) -> JSONValue {
        // Too many requests are answered with 503 as well, whatever else it means.
        let schema: JSONValue =
            reply.status < 400 ? reply.content.document : ["anyOf": [reply.content.document, ["$ref": reference(ErrorReply.schema)]]]
        return ["description": .string(reply.meaning), "content": .object([.init(reply.content.mediaTypes[0], ["schema": schema])])]
    }

    private static func error(_ codes: [ErrorCode]) -> JSONValue {
        let meanings = codes.map { "\($0.rawValue): \($0.meaning)" }.joined(separator: " ")
        let code: JSONValue = ["enum": .array(codes.map { .string($0.rawValue) })]
        let narrowed: JSONValue = ["properties": ["error": ["properties": ["code": code]]]]
        // Too many requests at once: any of them may be answered so.
        guard !codes.contains(where: { $0.status == ErrorCode.busy.status }) else {
            return error(meanings, ["$ref": reference(ErrorReply.schema)])
        }
        return error(meanings, ["allOf": [["$ref": reference(ErrorReply.schema)], narrowed]])
    }

    private static func error(_ meaning: String, _ schema: JSONValue) -> JSONValue {
        ["description": .string(meaning), "content": ["application/json": ["schema": schema]]]
    }

    fileprivate static func reference(_ schema: MessageSchema) -> JSONValue { .string("#/components/schemas/\(schema.name)") }
}

extension RouteDescription.Reply.Content {
    fileprivate var document: JSONValue {
        switch self {
        case .json(let schema), .lines(let schema): ["$ref": OpenAPI.reference(schema)]
        case .either(let first, let second): ["anyOf": [["$ref": OpenAPI.reference(first)], ["$ref": OpenAPI.reference(second)]]]
        case .text: ["type": "string"]
        case .document: ["type": "object"]
        }
    }
}

extension MessageSchema {
    fileprivate var document: JSONValue {
        let properties = members.map { member in
            JSONValue.Member(
                member.name,
                .object(
                    member.schema.members + [.init("description", .string(member.meaning))]
                        + (member.level.map { [.init("x-warren-level", .string("\($0)"))] } ?? [])))
        }
        let required = members.filter { !$0.isOptional }.map { JSONValue.string($0.name) }
        return .object(
            [.init("type", "object"), .init("description", .string(meaning)), .init("properties", .object(properties))]
                + (required.isEmpty ? [] : [.init("required", .array(required))])
                + (isRequest ? [.init("additionalProperties", false)] : []) + rules)
    }
}

extension Schema {
    /// Its keywords.
    fileprivate var members: [JSONValue.Member] {
        switch self {
        case .boolean: [.init("type", "boolean")]
        case .integer(let least, let most):
            [.init("type", "integer")] + (least.map { [.init("minimum", .number("\($0)"))] } ?? [])
                + (most.map { [.init("maximum", .number("\($0)"))] } ?? [])
        case .number: [.init("type", "number")]
        case .text: [.init("type", "string")]
        case .name: [.init("type", "string"), .init("minLength", 1)]
        case .choice(let words): [.init("type", "string"), .init("enum", .array(words.map { .string($0) }))]
        case .time: [.init("type", "string"), .init("format", "date-time")]
        case .base64: [.init("type", "string"), .init("contentEncoding", "base64")]
        case .list(let element): [.init("type", "array"), .init("items", .object(element.members))]
        case .message(let message): [.init("$ref", OpenAPI.reference(message))]
        }
    }
}

extension Route {
    /// Serves the description. Requests for it are rare, so the text is not kept.
    static let openAPI = Route(
        .get, "/v1/openapi.json", .observe,
        .init(
            "This description", "OpenAPI 3.1.",
            replies: [.init(status: 200, content: .document, meaning: "The control interface, described.")])
    ) { service, _ throws(ControlError) in
        ControlReply(contentType: "application/json", body: OpenAPI.text(version: service.version))
    }
}
