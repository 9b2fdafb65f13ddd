import Messages
import Settings
import Testing

@testable import Store

@Suite("An answer that is compressed, or large")
struct AnswerReadingTests {
    @Test("An answer that a gateway compresses is read, although Warren did not ask for it")
    func compressed() async throws {
        // Of `[{"_id":"companies/a","_key":"a","_rev":"_1","_oldRev":"_0"}]`.
        let plain = accepted("a")
        let stored = try EncodedAnswer.gzip(plain)
        let server = try ScriptedServer(.octets(EncodedAnswer.answer(202, encoding: "gzip", stored)))
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint))
        #expect(await store.write(writeBatch("a")) == .success([.written]))
        await store.close()
    }

    @Test("What expands to more than an answer may hold is given up")
    func bomb() async throws {
        let bomb = try EncodedAnswer.gzip(String(repeating: " ", count: 1 << 20))
        #expect(bomb.count < 1 << 13)
        let server = try ScriptedServer(.octets(EncodedAnswer.answer(202, encoding: "gzip", bomb)))
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint))
        let failure = await store.write(writeBatch("a")).failure
        #expect(failure?.kind == .unknown)
        #expect(failure?.fault.message.contains("larger than any") == true)
        await store.close()
    }

    @Test(
        "An encoding that libcurl does not know, or that is damaged, is told as what it is, and never read",
        arguments: ["x-secret", "gzip"])
    func unreadableEncoding(encoding: String) async throws {
        let server = try ScriptedServer(.octets(EncodedAnswer.answer(200, encoding: encoding, Array("not at all encoded so, by far".utf8))))
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint))
        let failure = await store.write(writeBatch("a")).failure
        #expect(failure?.kind == .unknown)
        #expect(failure?.fault.message.contains("Content-Encoding") == true)
        let probe = await store.probe()
        #expect(probe?.kind == .configuration)
        #expect(probe?.fault.message.contains("look at the proxy") == true)
        await store.close()
    }

    @Test("Documents that are too much for one answer are read back in parts")
    func hugeDocuments() async throws {
        // Two documents are over the limit, and c is so alone.
        let server = try ScriptedServer { request in
            let keys = request.body.split(separator: "\"").filter { "abc".contains($0) }
            let documents = keys.map { key in
                #"{"_key":"\#(key)","_rev":"_1","version":1,"x":"\#(String(repeating: "x", count: key == "c" ? 2000 : 600))"}"#
            }
            return .answer(200, "[\(documents.joined(separator: ","))]")
        }
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint), readAnswerLimit: 1000, largeAnswerLimit: 1000)
        let states = try await store.read(readBatch("a", "b", "c")).get()
        #expect(states.prefix(2) == [.found(version: 1), .found(version: 1)])
        guard case .unreadable = states[2] else {
            Issue.record("not unreadable: \(states[2])")
            return
        }
        await store.close()
    }

    @Test("What is too large for an answer among others is read back by itself, one at a time")
    func largeDocuments() async throws {
        let server = try ScriptedServer { request in
            let keys = request.body.split(separator: "\"").filter { "abc".contains($0) }
            let documents = keys.map { #"{"_key":"\#($0)","_rev":"_1","version":1,"x":"\#(String(repeating: "x", count: 2000))"}"# }
            return .answer(200, "[\(documents.joined(separator: ","))]")
        }
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint), readAnswerLimit: 1000, largeAnswerLimit: 3000)
        async let first = store.read(readBatch("a", "b")), second = store.read(readBatch("c"))
        #expect(try await first.get() == [.found(version: 1), .found(version: 1)])
        #expect(try await second.get() == [.found(version: 1)])
        await store.close()
    }

    @Test("Documents are read back with onlyget")
    func read() async throws {
        let server = try ScriptedServer(.answer(200, #"[{"_key":"a","_id":"companies/a","_rev":"_1","version":4}]"#))
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint))
        #expect(await store.read(readBatch("a")) == .success([.found(version: 4)]))
        #expect(server.received.map(\.path) == ["/_db/companies/_api/document/companies?onlyget=true"])
        #expect(server.received.map(\.body) == [#"["a"]"#])
        await store.close()
    }
}
