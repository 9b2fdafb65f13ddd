import ArangoEmulator
import Commands
import ControlClients
import ControlMessages
import ControlServer
import Glibc
import Logging
import Service
import TestDatabase
import Testing
import Waiting

/// A world in which *sync* can be resynchronised, and what a client may ask.
struct ResyncWorld {
    let world: World
    let client: AsyncControlClient
    let context: ControlContext

    /// `resync` is put into that section of the processor, `more` before the processors.
    static func make(_ test: String = #function, resync: String = "", more: String = "") async throws -> ResyncWorld {
        let plain = try await World.make(test, more: more, extra: ["sync": "set = { source = \"crm\" }\n[processor.resync]\n\(resync)"])
        let socket = "/tmp/warren-resync-\(getpid())-\(UInt32.random(in: .min ... .max)).sock"
        let context = ControlContext(version: "test", threshold: LogThreshold(.trace), environment: [:], longestWrite: .zero)
        return ResyncWorld(world: plain.with(socket: socket), client: AsyncControlClient(socket: socket), context: context)
    }

    /// Runs the service around `body`.
    func serving(_ body: () async throws -> Void) async throws {
        try await world.serving(control: context) {
            try await listening()
            try await body()
        }
    }

    /// Until the control socket answers.
    func listening() async throws { try await eventually("the socket listens") { (try? await ask(.get)) != nil } }

    /// Another request than one about runs.
    func send<Reply: Decodable & Sendable>(_ path: String, _ order: DeadLetterOrder? = nil) async throws -> Reply {
        try await client.send(.post, path, body: order)
    }

    func ask(_ method: RequestMethod, _ verb: String = "", _ order: ResyncOrder? = nil) async throws -> ResyncReport {
        try await client.resync(method, verb, order)
    }

    /// Says that it is to end until all is settled.
    func end(_ order: ResyncOrder = ResyncOrder()) async throws -> ResyncReport {
        let ended = Box<ResyncReport?>(nil)
        try await eventually("the run is settled") {
            do {
                let report = try await ask(.post, "/end", order)
                ended.update { $0 = report }
                return true
            } catch ClientError.refused(let refusal) where refusal.code == "outstanding" {
                return false
            }
        }
        return try #require(ended.value)
    }

    /// Waits until it has ended, and returns the result.
    func done() async throws -> ResyncReport {
        let last = Box<ResyncReport?>(nil)
        try await eventually("the run is done") {
            let report = try await ask(.get)
            last.update { $0 = report }
            return report.state == "done"
        }
        return try #require(last.value)
    }

    /// Publishes documents with these keys for *sync*.
    func sync(_ keys: some Sequence<Int>, version: Int) async throws {
        try await world.publish(keys.map { #"{"id":"\#($0)","version":\#(version)}"# }, to: "sync")
    }

    /// Keys of the documents that were marked as missing or invalidated.
    var marked: Set<String> { Set(world.documents.filter { $0.value.contains(#""invalidated":true"#) }.keys) }

    /// How often the database was queried.
    var queries: Int { world.database.recentRequests.count { $0.target.hasSuffix("/_api/cursor") } }
}

extension AsyncControlClient {
    /// A request about the runs of *sync*.
    func resync(_ method: RequestMethod, _ verb: String = "", _ order: ResyncOrder? = nil) async throws -> ResyncReport {
        try await send(method, "/v1/resync/sync\(verb)", body: order, timeout: .seconds(300))
    }
}

/// What a request is refused with; `nil` if it was not.
func refusal(_ body: () async throws -> Void) async -> ControlError? {
    do {
        try await body()
        return nil
    } catch ClientError.refused(let refusal) {
        return refusal
    } catch {
        Issue.record("\(error)")
        return nil
    }
}
