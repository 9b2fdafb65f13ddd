import Messages
import Settings
import Testing

@Suite("map and set")
struct MapAndSetTests {
    @Test("map stores only what it names, as it was written; what the message lacks is left out")
    func map() throws {
        let mapping = processor(.update, key: "/company/id") {
            $0.map = [
                AttributeMapping(attribute: "name", pointer: pointer("/company/name")),
                AttributeMapping(attribute: "first", pointer: pointer("/list/0")),
                AttributeMapping(attribute: "gone", pointer: pointer("/list/2")),
                AttributeMapping(attribute: "none", pointer: pointer("/nothing")),
                AttributeMapping(attribute: #"quo"te"#, pointer: pointer("/company")),
            ]
        }
        let write = try plan(#"{"company":{"id":"1","name":"\u00c4 AG"},"list":[1.50,null],"x":1}"#, mapping)
        #expect(write.text == #"{"_key":"1","name":"\u00c4 AG","first":1.50,"quo\"te":{"id":"1","name":"\u00c4 AG"}}"#)
    }

    @Test("map can copy one value to several attributes, and the version's and the key's")
    func sharedPointers() throws {
        let mapping = processor(.sync, version: "/v") {
            $0.map =
                ["a", "b"].map { AttributeMapping(attribute: $0, pointer: pointer("/v")) }
                + [AttributeMapping(attribute: "id", pointer: pointer("/id"))]
        }
        #expect(try plan(#"{"id":"1","v":7}"#, mapping).text == #"{"_key":"1","version":7,"a":7,"b":7,"id":"1"}"#)
    }

    @Test("map needs no document: the message may be an array")
    func mapFromArray() throws {
        let mapping = processor(.update, key: "/0") { $0.map = [AttributeMapping(attribute: "a", pointer: pointer("/1"))] }
        #expect(try plan(#"["k",[2]]"#, mapping).text == #"{"_key":"k","a":[2]}"#)
    }

    @Test("set adds constants, and the message's own members of these names are cut out")
    func set() throws {
        let setting = processor(.update) {
            $0.set = [AttributeConstant(attribute: "source", json: #""crm""#), AttributeConstant(attribute: "tags", json: "[1,2]")]
        }
        #expect(
            try plan(#"{"source":"x","id":1,"t\u0061gs":null}"#, setting).text == #"{"_key":"1","id":1,"source":"crm","tags":[1,2]}"#)
    }

    @Test("neither can touch the key, the version or the marks; set wins over map")
    func precedence() throws {
        let all = ["_key", "_id", "_rev", "version", "invalidated", "a"]
        let greedy = processor(.update, version: "/v") {
            $0.set = all.map { AttributeConstant(attribute: $0, json: "0") }
            $0.map = (all + ["b", "b"]).map { AttributeMapping(attribute: $0, pointer: pointer("/v")) }
        }
        #expect(
            try plan(#"{"id":1,"v":7}"#, greedy, processor(.invalidate)).text
                == #"{"_key":"1","invalidated":false,"a":0,"version":7,"b":7}"#)
    }

    @Test("names that only Unicode normalisation makes equal are different names")
    func normalisation() throws {
        let setting = processor(.update) {
            $0.set = [AttributeConstant(attribute: "\u{E9}", json: "1"), AttributeConstant(attribute: "e\u{301}", json: "2")]
        }
        let text = try plan(#"{"id":1}"#, setting).text
        #expect(Array(text.utf8) == Array("{\"_key\":\"1\",\"id\":1,\"\u{E9}\":1,\"e\u{301}\":2}".utf8))
    }
}
