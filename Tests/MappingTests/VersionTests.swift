import Messages
import Settings
import Testing

@Suite("The version")
struct VersionTests {
    @Test(
        "that is a plain whole number in its place is left as it is",
        arguments: [
            ("0", UInt64(0)), ("7", 7), ("9223372036854775807", 9_223_372_036_854_775_807),
        ])
    func inPlace(json: String, number: UInt64) throws {
        let write = try plan(#"{"id":1,"version": \#(json),"a":[]}"#, processor(.update, version: "/version"))
        #expect(write.text == #"{"_key":"1","id":1,"version": \#(json),"a":[]}"#)
        #expect(write.version == number)
        #expect(write.target.versionAttribute == "version")
        #expect(write.document.additions.isEmpty)
    }

    @Test("that is a time is stored as the number that ArangoDB can compare, in place of the text")
    func time() throws {
        let write = try plan(#"{"version":"2024-05-06T07:08:09Z","id":1}"#, processor(.update, version: "/version"))
        #expect(write.text == #"{"_key":"1","id":1,"version":1714979289000000000}"#)
        #expect(write.version == 1_714_979_289_000_000_000)
    }

    @Test(
        "from elsewhere is added under its attribute; a member of that name is cut out",
        arguments: [
            (#"{"id":1,"meta":{"rev":7}}"#, #"{"_key":"1","id":1,"meta":{"rev":7},"version":7}"#),
            (#"{"version":"draft","id":1,"meta":{"rev":7}}"#, #"{"_key":"1","id":1,"meta":{"rev":7},"version":7}"#),
        ])
    func elsewhere(body: String, stored: String) throws {
        #expect(try plan(body, processor(.sync, version: "/meta/rev")).text == stored)
    }

    @Test("goes under the attribute that the processor names")
    func attribute() throws {
        let naming = processor(.update, version: "/v") { $0.versionAttribute = "v" }
        let renaming = processor(.update, version: "/v") { $0.versionAttribute = "w\"" }
        #expect(try plan(#"{"id":1,"v":7}"#, naming).text == #"{"_key":"1","id":1,"v":7}"#)
        #expect(try plan(#"{"id":1,"v":7}"#, renaming).text == #"{"_key":"1","id":1,"v":7,"w\"":7}"#)
        #expect(try plan(#"{"id":1,"v":7}"#, renaming).target.versionAttribute == "w\"")
    }

    @Test("in its place in the message is not in its place in a document from further inside")
    func nestedDocument() throws {
        let nested = processor(.update, version: "/version") { $0.document = pointer("/d") }
        #expect(try plan(#"{"id":1,"version":7,"d":{"version":0,"a":1}}"#, nested).text == #"{"_key":"1","a":1,"version":7}"#)
        let inside = processor(.update, version: "/d/version") { $0.document = pointer("/d") }
        #expect(try plan(#"{"id":1,"version":7,"d":{"version":8,"a":1}}"#, inside).text == #"{"_key":"1","version":8,"a":1}"#)
    }

    @Test("is nobody's business where the processor has none")
    func none() throws {
        #expect(try plan(#"{"id":1,"version":"draft"}"#, processor(.update)).text == #"{"_key":"1","id":1,"version":"draft"}"#)
    }

    @Test(
        "is refused, with its place, when it is anything else",
        arguments: [
            (#"{"id":1}"#, "the version is missing: the message has nothing at /version"),
            (#"{"id":1,"version":null}"#, "the version at /version is null; it must be a whole number or an RFC 3339 time"),
            (#"{"id":1,"version":[]}"#, "the version at /version is an array; it must be a whole number or an RFC 3339 time"),
            (#"{"id":1,"version":1.0}"#, "the version at /version is not a whole number from 0 to 9223372036854775807 in plain digits"),
            (#"{"id":1,"version":1e3}"#, "the version at /version is not a whole number from 0 to 9223372036854775807 in plain digits"),
            (#"{"id":1,"version":-1}"#, "the version at /version is not a whole number from 0 to 9223372036854775807 in plain digits"),
            (#"{"id":1,"version":-0}"#, "the version at /version is not a whole number from 0 to 9223372036854775807 in plain digits"),
            (
                #"{"id":1,"version":9223372036854775808}"#,
                "the version at /version is not a whole number from 0 to 9223372036854775807 in plain digits"
            ),
            (#"{"id":1,"version":"7"}"#, "the version at /version is text, but no RFC 3339 time like 2024-05-06T07:08:09.123Z"),
            (#"{"id":1,"version":""}"#, "the version at /version is text, but no RFC 3339 time like 2024-05-06T07:08:09.123Z"),
            (
                #"{"id":1,"version":"2024-05-06T07:08:09.1234567890Z"}"#,
                "the version at /version is a time with more than nine digits of a second; versions are compared in nanoseconds"
            ),
            (
                #"{"id":1,"version":"1969-12-31T23:59:59Z"}"#,
                "the version at /version is a time before 1970 or after 2262-04-11; versions are nanoseconds from 1970 in 63 bits"
            ),
        ])
    func refused(body: String, detail: String) {
        #expect(refusal(body, processor(.update, version: "/version")) == Refusal(.badVersion, detail))
    }
}
