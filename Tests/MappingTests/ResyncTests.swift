import Messages
import Settings
import Testing

@testable import Mapping

@Suite("Documents of a collection with full resynchronisations")
struct ResyncTests {
    private let sync = processor(.sync) { $0.resync = ResyncSettings() }

    @Test("A message's own attribute of that name is not the run, and is cut out") func ownAttribute() throws {
        let update = try plan(#"{"id":"1","warren_run":"x","a":1}"#, processor(.update), sync)
        #expect(update.text == #"{"_key":"1","id":"1","a":1,"invalidated":false}"#)
        #expect(try plan(#"{"id":"1","warren_run":"x"}"#, processor(.update)).text == #"{"_key":"1","id":"1","warren_run":"x"}"#)
    }

    @Test("What a resynchronisation marks, the next message revives; what it removes needs none") func revival() throws {
        #expect(try plan(#"{"id":"1","invalidated_at":"x"}"#, sync).text == #"{"_key":"1","id":"1","invalidated":false}"#)
        let removing = processor(.sync) {
            $0.resync = ResyncSettings()
            $0.resync?.missing = .remove
        }
        #expect(try plan(#"{"id":"1"}"#, removing).text == #"{"_key":"1","id":"1"}"#)
    }

    @Test("The run is one more member, behind all others") func member() throws {
        var body: [UInt8] = []
        let write = try plan(#"{"id":"1"}"#, processor(.update))
        write.document.write(into: &body, key: write.key, adding: Array(#""warren_run":"r""#.utf8))
        #expect(String(decoding: body, as: UTF8.self) == #"{"_key":"1","id":"1","warren_run":"r"}"#)
    }
}
