import Messages
import Settings
import Testing

@testable import Mapping

@Suite("Names that differ in Unicode normalisation only are two names in messages, too") struct NameTests {
    private static let (composed, decomposed) = ("\u{E9}", "e\u{301}")

    @Test("A constant replaces the member that has its bytes, and no other")
    func constants() throws {
        let write = try plan(
            "{\"id\":\"1\",\"\(Self.composed)\":1,\"\(Self.decomposed)\":2}",
            processor(.update, version: nil) { $0.set = [AttributeConstant(attribute: Self.decomposed, json: "3")] })
        #expect(Array(write.text.utf8) == Array("{\"_key\":\"1\",\"id\":\"1\",\"\(Self.composed)\":1,\"\(Self.decomposed)\":3}".utf8))
    }

    @Test("A mark that others set in a collection of another name is not lifted")
    func collections() throws {
        let write = try plan(
            "{\"id\":\"1\"}", processor(.update, version: nil) { $0.collection = Self.composed },
            processor(.invalidate, version: nil) { $0.collection = Self.decomposed })
        #expect(write.text == "{\"_key\":\"1\",\"id\":\"1\"}")
    }

    @Test("Targets and routes of two names are two")
    func targets() {
        func target(_ name: String, _ attribute: String? = nil) -> WriteTarget {
            WriteTarget(collection: name, mode: .update, versionAttribute: attribute)
        }
        #expect(target(Self.composed) != target(Self.decomposed) && target(Self.composed) == target("\u{E9}"))
        #expect(target("c", Self.composed) != target("c", Self.decomposed))
        #expect(Set([target(Self.composed), target(Self.decomposed), target(Self.composed)]).count == 2)
        // The next message would be published, and parked, with the routing key of the one before.
        #expect(Route(exchange: "", routingKey: Self.composed) != Route(exchange: "", routingKey: Self.decomposed))
        #expect(Route(exchange: Self.composed, routingKey: "") != Route(exchange: Self.decomposed, routingKey: ""))
    }
}
