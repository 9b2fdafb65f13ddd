import Messages
import Settings
import Testing

@testable import Mapping

@Suite("Folding writes of one document into one")
struct ConflationTests {
    @Test("With versions the newest is taken as it is; one that comes after a newer one, or after its equal, is nothing")
    func newest() throws {
        for processor in [processor(.sync, version: "/v"), processor(.update, version: "/v")] {
            let conflation = try folded(processor, #"{"id":1,"v":3,"a":3}"#, #"{"id":1,"v":5,"a":5}"#, #"{"id":1,"v":4,"a":4,"b":4}"#)
            #expect(conflation.taken == 3)
            #expect(conflation.text.contains(#""a":5"#) && !conflation.text.contains(#""b""#))
        }
        let equal = try folded(processor(.sync, version: "/v"), #"{"id":1,"v":3,"a":"first"}"#, #"{"id":1,"v":3,"a":"second"}"#)
        #expect(equal.taken == 2 && equal.text.contains("first"), "as ArangoDB does")
    }

    @Test(
        "With versions an update is folded only if nothing of the older one would be left: what is stored may be newer than that",
        arguments: [
            (#""a":1"#, #""a":2"#, true),
            (#""a":1,"b":1"#, #""b":2,"a":2"#, true),
            (#""a":1"#, #""b":2"#, false),
            (#""a":1,"b":1"#, #""a":2"#, false),
            (#""a":{"x":1}"#, #""a":{"x":2,"y":2}"#, true),
            (#""a":{"x":1,"y":1}"#, #""a":{"x":2}"#, false),
            (#""a":{"x":1}"#, #""a":null"#, true),
            (#""a":{"x":{}}"#, #""a":{"x":{"y":1}}"#, true),
            (#""a":1"#, #""a":{"x":2}"#, false),
            (#""a":[{"x":1}]"#, #""a":[]"#, true),
            (#""a":1"#, #""\u0061":2"#, true),
        ])
    func covers(older: String, newer: String, isFolded: Bool) throws {
        let versioned = try folded(processor(.update, version: "/v"), "{\"id\":1,\"v\":1,\(older)}", "{\"id\":1,\"v\":2,\(newer)}")
        #expect((versioned.taken == 2) == isFolded)
    }

    @Test(
        "Without versions updates are merged, each value as it was written",
        arguments: [
            (#"{"id":1,"a":1.10}"#, #"{"id":1,"b":2e0}"#, #"{"_key":"1","id":1,"a":1.10,"b":2e0}"#),
            (#"{"id":1, "a" : 1 , "b":1}"#, #"{ "a":"2","id":1 }"#, #"{"_key":"1","id":1,"a":"2","b":1}"#),
            (
                #"{"id":1,"a":{"x":1,"y":{"z":1}}}"#, #"{"id":1,"a":{"y":{"q":2},"w":null}}"#,
                #"{"_key":"1","id":1,"a":{"x":1,"y":{"z":1,"q":2},"w":null}}"#
            ),
            (#"{"id":1,"a":{"x":1}}"#, #"{"id":1,"a":[1]}"#, #"{"_key":"1","id":1,"a":[1]}"#),
            (#"{"id":1,"a":{}}"#, #"{"id":1,"a":{"x":"},{\"\\"}}"#, #"{"_key":"1","id":1,"a":{"x":"},{\"\\"}}"#),
        ])
    func merges(first: String, second: String, expected: String) throws {
        let merged = try folded(processor(.update), first, second)
        #expect(merged.taken == 2)
        #expect(merged.text == expected)
    }

    @Test("Documents of more members than a bound, nested ones included, are not compared or merged: each goes by itself")
    func members() throws {
        func patch(_ count: Int, version: Int) -> String {
            #"{"id":1,"v":\#(version),"a":{"# + (0..<count).map { #""\#($0)":1"# }.joined(separator: ",") + "}}"
        }
        // `id`, `v`, `a` and the mark are members too.
        let most = Conflation.mostMembers / 2 - 10
        for processor in [processor(.update, version: "/v"), processor(.update)] {
            #expect(try folded(processor, patch(most, version: 1), patch(most, version: 2)).taken == 2)
            #expect(try folded(processor, patch(most + 20, version: 1), patch(most + 20, version: 2)).taken == 1)
        }
        let replacing = try folded(processor(.sync, version: "/v"), patch(most + 20, version: 1), patch(most + 20, version: 2))
        #expect(replacing.taken == 2, "whole documents are not looked at")
    }

    @Test("Nor are documents of more bytes than a bound")
    func bytes() throws {
        let text = String(repeating: "x", count: Conflation.mostBytes / 2)
        let (older, newer) = (#"{"id":1,"v":1,"a":"\#(text)"}"#, #"{"id":1,"v":2,"a":"\#(text)"}"#)
        #expect(try folded(processor(.update, version: "/v"), older, newer).taken == 1)
        #expect(try folded(processor(.sync, version: "/v"), older, newer).taken == 2)
    }

    @Test("An object over something that is none is not merged: one patch cannot say both that the old value goes and the new is merged")
    func objectOverScalar() throws {
        let nested = try folded(processor(.update), #"{"id":1,"a":{"x":1}}"#, #"{"id":1,"b":2,"a":{"x":{"y":1}}}"#, #"{"id":1,"c":3}"#)
        #expect(nested.taken == 1)
        #expect(nested.text == #"{"_key":"1","id":1,"a":{"x":1}}"#, "nothing of the other")
    }

    @Test("Writes that do different things are not folded: a processor may be given another operation while it holds some")
    func otherTarget() throws {
        let update = try plan(#"{"id":1}"#, processor(.update))
        for other in [processor(.sync), processor(.update) { $0.collection = "people" }] {
            var conflation = Conflation(update, mergedBytes: 1 << 20)
            #expect(!conflation.take(try plan(#"{"id":1}"#, other)))
        }
    }

    @Test("What is merged has no more bytes than a request may have")
    func bound() throws {
        let message = #"{"id":1,"a":"0123456789"}"#
        let write = try plan(message, processor(.update))
        var conflation = Conflation(write, mergedBytes: 3 * write.document.byteCount(key: write.key))
        #expect((1...4).map { _ in conflation.take(write) } == [true, true, false, false])
    }

    @Test("Objects of many members are folded in time that grows with them, not with their square")
    func large() throws {
        let count = 8_000
        let older = "{\"id\":1,\"v\":1,\((1...count).map { "\"m\($0)\":1" }.joined(separator: ","))}"
        let newer = "{\"id\":1,\"v\":2,\((1...count).reversed().map { "\"m\($0)\":2" }.joined(separator: ","))}"
        for processor in [processor(.update, version: "/v"), processor(.update)] {
            #expect(try folded(processor, older, newer).taken == 2)
        }
    }

    /// Folds the messages in, up to the first that cannot be.
    private func folded(_ processor: ProcessorSettings, _ messages: String...) throws -> (taken: Int, text: String) {
        let writes = try messages.map { try plan($0, processor) }
        var conflation = Conflation(writes[0], mergedBytes: 1 << 30)
        let taken = 1 + writes.dropFirst().prefix { conflation.take($0) }.count
        return (taken, conflation.write.text)
    }
}
