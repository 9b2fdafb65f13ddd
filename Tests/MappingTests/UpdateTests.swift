import Messages
import Settings
import Testing

@Suite("An update")
struct UpdateTests {
    @Test("is stored as it came, byte for byte, with the key before it")
    func verbatim() throws {
        let write = try plan(
            #"{ "id": "42", "name" : "Ärger \u00e9\/", "capital": 1.10e+02 ,"n":100000000000000000000001}"#, processor(.update))
        #expect(write.text == #"{"_key":"42","id": "42", "name" : "Ärger \u00e9\/", "capital": 1.10e+02 ,"n":100000000000000000000001}"#)
        #expect(write.document.runs.count == 1)
        #expect(write.key.text == "42")
        #expect(write.target == WriteTarget(collection: "companies", mode: .update, versionAttribute: nil))
        #expect(write.version == nil)
        #expect(write.processor == 0)
    }

    @Test(
        "loses its own _key, _id and _rev wherever they stand, at the top level only",
        arguments: [
            (#"{"_key":"9","id":1,"a":2}"#, #"{"_key":"1","id":1,"a":2}"#),
            (#"{"id":1 , "_id":"companies/9" , "a":2}"#, #"{"_key":"1","id":1,"a":2}"#),
            (#"{"id":1,"a":2, "_rev" : "x" }"#, #"{"_key":"1","id":1,"a":2}"#),
            (#"{"_rev":0,"_id":0,"id":1,"_key":0}"#, #"{"_key":"1","id":1}"#),
            (#"{"id":1,"_key":{"_key":[]},"_id":null,"a":{"_key":"kept"}}"#, #"{"_key":"1","id":1,"a":{"_key":"kept"}}"#),
            (#"{"id":1,"\u005fkey":2,"_\u0072ev":3}"#, #"{"_key":"1","id":1}"#),
            (#"{"id":1,"_from":"a/1","_to":"a/2","_other":3}"#, #"{"_key":"1","id":1,"_from":"a/1","_to":"a/2","_other":3}"#),
        ])
    func ownKeys(body: String, stored: String) throws {
        #expect(try plan(body, processor(.update)).text == stored)
    }

    @Test("can take its key from the attribute that is cut out")
    func keyFromKey() throws {
        #expect(try plan(#"{"_key":"k1"}"#, processor(.update, key: "/_key")).text == #"{"_key":"k1"}"#)
    }

    @Test("stores the object that document points to")
    func document() throws {
        let nested = processor(.update, key: "/meta/id") { $0.document = pointer("/items/1/a~1b") }
        let write = try plan(#"{"meta":{"id":"x"},"items":[0,{"a/b":{ "_id":1, "n":1 }}]}"#, nested)
        #expect(write.text == #"{"_key":"x","n":1}"#)
    }

    @Test("of an empty object is the key alone")
    func empty() throws {
        let nested = processor(.update) { $0.document = pointer("/d") }
        #expect(try plan(#"{"id":1,"d":{ }}"#, nested).text == #"{"_key":"1"}"#)
    }

    @Test("unmarks the document where others invalidate the same collection: the newest message decides validity")
    func unmark() throws {
        let marking = processor(.invalidate)
        #expect(try plan(#"{"id":1}"#, processor(.update), marking).text == #"{"_key":"1","id":1,"invalidated":false}"#)
        #expect(
            try plan(#"{"invalidated":true,"id":1,"invalidated_at":"x","expires_at":5}"#, processor(.update), marking).text
                == #"{"_key":"1","id":1,"expires_at":5,"invalidated":false}"#)
    }

    @Test("takes the document out of the TTL index where others let it expire")
    func unexpire() throws {
        let expiring = processor(.invalidate) { $0.onInvalidate = .expire }
        #expect(
            try plan(#"{"expires_at":5,"id":1}"#, processor(.update), expiring).text
                == #"{"_key":"1","id":1,"invalidated":false,"expires_at":null}"#)
    }

    @Test("unmarks every mark that others use")
    func severalMarks() throws {
        let closing = processor(.invalidate) { $0.mark = "closed" }
        let text = try plan(#"{"id":1}"#, processor(.update), processor(.invalidate), closing, processor(.invalidate)).text
        #expect(text == #"{"_key":"1","id":1,"invalidated":false,"closed":false}"#)
    }

    @Test(
        "leaves marks alone where nobody marks this collection",
        arguments: [
            processor(.invalidate) { $0.collection = "people" },
            processor(.invalidate) { $0.onInvalidate = .remove },
        ])
    func noMark(other: ProcessorSettings) throws {
        #expect(try plan(#"{"id":1,"invalidated":0}"#, processor(.update), other).text == #"{"_key":"1","id":1,"invalidated":0}"#)
    }
}

@Suite("A sync")
struct SyncTests {
    @Test("replaces the document")
    func replaces() throws {
        let write = try plan(#"{"id":1,"a":null}"#, processor(.sync, version: nil))
        #expect(write.target == WriteTarget(collection: "companies", mode: .replace, versionAttribute: nil))
        #expect(write.text == #"{"_key":"1","id":1,"a":null}"#)
    }

    @Test("unmarks; an expiry goes with the document it replaces")
    func unmark() throws {
        let expiring = processor(.invalidate) { $0.onInvalidate = .expire }
        #expect(
            try plan(#"{"id":1,"expires_at":5,"a":2}"#, processor(.sync), expiring).text
                == #"{"_key":"1","id":1,"a":2,"invalidated":false}"#)
    }
}
