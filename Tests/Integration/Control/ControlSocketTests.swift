import Commands
import ControlClients
import ControlMessages
import FoundationEssentials
import Logging
import Nodes
import Service
import Settings
import TestDatabase
import Testing
import Threads
import Waiting

extension WholeService {
    @Suite("The control socket", .serialized) struct ControlSocket {
        @Test("Everyone who may open it observes, the group operates, root administers; every try at a change is logged")
        func levels() async throws {
            let world = try await World.make(more: #"[control]\#nmode = "0666"\#ngroup = "daemon""#)
            try await world.controlled { socket in
                try await eventually("consuming") { world.log.messages.count { $0 == "Consuming" } == 3 }
                for user in User.allCases {
                    try await expect(socket, "/v1/status", as: user, status: 200)
                    try await expect(socket, "/healthz", as: user, status: 200)
                    let isOperator = user != .stranger, isRoot = user == .root
                    try await expect(socket, "/v1/processors/sync/pause", "POST", as: user, status: isOperator ? 200 : 403)
                    try await expect(socket, "/v1/processors/sync/resume", "POST", as: user, status: isOperator ? 200 : 403)
                    let level = try await curl(socket, "/v1/log-level", "PUT", #"{"level":"info"}"#, as: user)
                    #expect(level.status == (isRoot ? 200 : 403))
                    if !isRoot {
                        #expect(level.body.contains(#"{"error":{"code":"not_permitted","message":"uid 65534 "#))
                        try await expect(socket, "/v1/stop", "POST", as: user, status: 403)
                    }
                }
                try await expect(socket, "/v1/processors/nobody/pause", "POST", as: .root, status: 404)
            }
            let told = world.log.lines.filter { $0.message.hasPrefix("Control request ") }
            #expect(told.count { $0.message == "Control request carried out" } == 5)
            #expect(told.count { $0.message == "Control request refused" } == 7)
            #expect(told.allSatisfy { ["0", "65534"].contains("\($0.facts["uid"] ?? "")") && Int("\($0.facts["pid"] ?? "")") ?? 0 > 0 })
            #expect(told.contains { "\($0.facts["verb"] ?? "")" == "POST /v1/processors/sync/pause" })
        }

        @Test("By default nobody but the group and the service user can open it") func defaultMode() async throws {
            let world = try await World.make(more: #"[control]\#ngroup = "daemon""#)
            try await world.controlled { socket in
                try await expect(socket, "/v1/status", as: .root, status: 200)
                try await expect(socket, "/v1/status", as: .member, status: 200)
                // 7: curl could not connect.
                try await expect(socket, "/v1/status", as: .stranger, exitCode: 7)
            }
        }

        @Test("A second service at the same socket does not start, and the first keeps running") func inUse() async throws {
            let world = try await World.make()
            try await world.controlled { socket in
                await #expect(throws: StartError.self) { try await world.controlled(at: socket) { _ in } }
                try await expect(socket, "/healthz", as: .root, status: 200)
            }
            #expect(world.log.lines.contains { $0.message == "Service sync stopped." })
        }

        @Test("Status tells what was stored, and what waits in a queue that is paused") func status() async throws {
            let world = try await World.make()
            try await world.controlled { socket in
                let client = AsyncControlClient(socket: socket)
                try await world.publish((1...50).map { #"{"id":"a\#($0)","version":1}"# } + ["{"], to: "updated")
                try await eventually("stored") { try await client.report().processors[0].totals.written == 50 }
                try await eventually("parked") { try await client.report().processors[0].totals.parked == 1 }
                let change: ProcessorChange = try await client.send(.post, "/v1/processors/sync/pause")
                #expect(change.state == .paused)
                try await world.publish((1...7).map { #"{"id":"b\#($0)","version":1}"# }, to: "sync")
                try await eventually("the look at the queue") { try await client.report().processors[2].ready == 7 }
                let report = try await client.report()
                #expect(report.processors.map(\.state) == [.consuming, .consuming, .paused])
                #expect(report.processors[0].lastError?.text.contains("not-json") == true)
                #expect(report.processors[0].lastStored != nil)
                #expect(report.servers.map(\.state) == [.up, .up])
                #expect(report.servers.allSatisfy { $0.version != nil })
                #expect(report.service.health.status == .healthy, "a paused processor is as it should be")
                let _: ProcessorChange = try await client.send(.post, "/v1/processors/sync/resume")
                try await eventually("stored") { try await client.report().processors[2].totals.written == 7 }
            }
        }

        @Test("A database that is away is an outage, told with its reason; healthy again when it is back") func outage() async throws {
            let world = try await World.make()
            try await world.controlled { socket in
                let client = AsyncControlClient(socket: socket)
                try await eventually("consuming") { try await client.report().processors.allSatisfy { $0.state == .consuming } }
                await world.database.goAway()
                try await world.publish([#"{"id":"a","version":1}"#], to: "updated")
                try await eventually("the outage") { try await client.report().processors[0].state == .outage }
                let report = try await client.report()
                #expect(report.processors[0].held == 1)
                #expect(report.service.health.reasons.contains { $0.hasPrefix("ArangoDB: ") })
                try await expect(socket, "/healthz", as: .root, status: 503)
                try await world.database.comeBack()
                try await eventually("its end") { try await client.report().service.health.status == .healthy }
            }
        }

        @Test("A thousand clients, broken ones among them, while messages flow: each message is stored, and status is answered in time")
        func flood() async throws {
            let world = try await World.make()
            try await world.controlled { socket in
                let client = AsyncControlClient(socket: socket)
                let before = try await statusTime(socket)
                try await world.publish((1...3000).map { #"{"id":"c\#($0)","version":1}"# }, to: "updated")
                let rubbish = [
                    "GET /v1/status HTTP/1.1\r\nHost: warren\r\n\r\n", "GET /v1/sta", "\u{0}\u{1}\r\n\r\n",
                    "POST /v1/stop HTTP/1.1\r\nHost: warren\r\nContent-Length: 9\r\n\r\n",
                ]
                try await withThrowingTaskGroup { group in
                    for number in 0..<4 {
                        group.addTask {
                            for _ in 0..<250 { try await RawClient(socket).send(rubbish[number]) }
                        }
                    }
                    try await group.waitForAll()
                }
                try await eventually("all stored") { world.documentCount == 3000 }
                try await eventually("the clients are gone") {
                    do {
                        return try await client.report().processors[0].totals.written == 3000
                    } catch let error as ControlError where error.code == ErrorCode.busy.rawValue {
                        // As long as too many of their requests are open: that is what it has to say then.
                        return false
                    }
                }
                // Far below on a quiet machine; here it says that nobody waits for the clients that were there before.
                #expect(try await statusTime(socket) < max(.milliseconds(500), before * 10))
            }
        }
    }
}

/// How long an answer about the status takes, the median of twenty. Asked on a thread of its own, so that only the service is measured, and not the
/// wait for Swift's pool.
private func statusTime(_ socket: String) async throws -> Duration {
    try await onBlockingThread(named: "measuring") { () throws(any Error) in
        let client = ControlClient(socket: socket, group: nil)
        let times = try (0..<20).map { _ in try ContinuousClock().measure { let _: StatusReport = try client.send(.get, "/v1/status") } }
        return times.sorted()[10]
    }
}

/// The user of the client: by the socket's group, not by the machine's user database.
private enum User: CaseIterable {
    case root, member, stranger

    /// Runs what follows as this user. 65534 is nobody, 1 the group daemon, on every Linux.
    var prefix: [String] {
        switch self {
        case .root: []
        case .member: ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--groups=1"]
        case .stranger: ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        }
    }
}

/// What curl says: its exit code, the status, and the body.
private func curl(
    _ socket: String, _ path: String, _ method: String = "GET", _ body: String? = nil, as user: User
) async throws -> (exitCode: Int32, status: Int, body: String) {
    let output = "\(socket).\(UUID().uuidString)"
    let command = ["/usr/bin/curl", "--silent", "--unix-socket", socket, "--request", method, "--write-out", "%{http_code}"]
    let arguments = user.prefix + command + (body.map { ["--json", $0] } ?? []) + ["http://warren\(path)"]
    let process = try ChildProcess(arguments[0], Array(arguments.dropFirst()), environment: [:], output: output)
    let ending = try await process.end(within: 60)
    defer { try? FileManager.default.removeItem(atPath: output) }
    let text = try String(contentsOfFile: output, encoding: .utf8)
    let exitCode: Int32 = if case .exited(let code) = ending { code } else { -1 }
    return (exitCode, Int(text.suffix(3)) ?? 0, String(text.dropLast(3)))
}

/// ``curl(_:_:_:_:as:)`` must end so.
private func expect(
    _ socket: String, _ path: String, _ method: String = "GET", _ body: String? = nil, as user: User, status: Int? = nil,
    exitCode: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let answer = try await curl(socket, path, method, body, as: user)
    #expect(answer.exitCode == exitCode, sourceLocation: sourceLocation)
    if let status { #expect(answer.status == status, "\(user): \(method) \(path)", sourceLocation: sourceLocation) }
}

extension AsyncControlClient {
    fileprivate func report() async throws -> StatusReport { try await send(.get, "/v1/status") }
}

extension World {
    /// ``serving(reading:control:_:)`` with a control socket of its own.
    fileprivate func controlled(at path: String? = nil, _ body: (String) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "warren-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let socket = path ?? "\(directory)/control.sock"
        let context = ControlContext(version: "test", threshold: LogThreshold(.info), environment: [:])
        try await with(socket: socket).serving(reading: nil, control: context) { _ in
            try await eventually("the socket listens") {
                (try? await AsyncControlClient(socket: socket).report()) != nil
            }
            try await body(socket)
        }
    }
}
