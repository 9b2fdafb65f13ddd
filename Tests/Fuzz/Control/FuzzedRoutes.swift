@testable import Control

/// Every way in which a route takes a request apart: names in the path, numbers in the query, bodies of each message type, a stream.
enum FuzzedRoutes {
    static let all: [Route] = [
        Route(.get, "/v1/status", .observe) { _ throws(ControlError) in .text("ok") },
        Route(.post, "/v1/processors/{name}/pause", .operate) { request throws(ControlError) in
            try .json(ProcessorChange(name: request["name"], state: .paused, changed: true, held: 0))
        },
        Route(.get, "/v1/dead-letters/{processor}", .observe) { request throws(ControlError) in
            .text("\(try request.integer("limit", in: 1...1000, or: 100))")
        },
        Route(.put, "/v1/log-level", .administer) { request throws(ControlError) in try .json(request.json(LogLevelMessage.self)) },
        Route(.post, "/v1/any", .operate, bodyBytes: 1024) { request throws(ControlError) in try .json(request.json(StatusReport.self)) },
        Route(.get, "/v1/events", .observe) { _, sink throws(ControlError) in
            sink.send(Array(#"{"event":"hello"}"#.utf8))
            return {}
        },
    ]
}
