import Mapping
import Settings
import Testing

@Suite("An update")
struct UpdateTests {
    @Test("is stored as it came, with its key first")
    func stored() throws {
        let write = try plan(#"{ "id": "42", "name" : "Ärger \u00e9", "capital": 1.10e+02 }"#, processor(.update))
        #expect(write.text == #"{"_key":"42","id": "42", "name" : "Ärger \u00e9", "capital": 1.10e+02}"#)
        #expect(write.key.text == "42")
        #expect(write.target == WriteTarget(collection: "companies", mode: .update, versionAttribute: nil))
        #expect(write.version == nil)
    }

    @Test("keeps a plain version that is in its place already")
    func versionInPlace() throws {
        let write = try plan(#"{"id":1,"version":7,"a":[]}"#, processor(.update, version: "/version"))
        #expect(write.text == #"{"_key":"1","id":1,"version":7,"a":[]}"#)
        #expect(write.version == 7)
        #expect(write.target.versionAttribute == "version")
    }
}
