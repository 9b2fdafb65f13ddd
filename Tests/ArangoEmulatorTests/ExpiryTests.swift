import Testing

@testable import ArangoEmulator

/// ArangoDB.md section 6: TTL indexes [D]; another `expireAfter` [S `RocksDBTtlIndex::matchesDefinition`].
@Suite("Documents that end")
struct ExpiryTests {
    @Test("The same TTL index is there already, one with another expireAfter or on another attribute is 400/10")
    func definitions() throws {
        var server = try Server.withCollection()
        let index = #"{"type":"ttl","fields":["t"],"expireAfter":60}"#
        #expect(try server.send("POST", "/_api/index?collection=c", index).status == 201)
        #expect(try server.send("POST", "/_api/index?collection=c", index).status == 200)
        for other in [
            #"{"type":"ttl","fields":["t"],"expireAfter":61}"#, #"{"type":"ttl","fields":["u"],"expireAfter":60}"#,
            #"{"type":"ttl","fields":["t","u"],"expireAfter":60}"#, #"{"type":"ttl","fields":["t"],"expireAfter":-1}"#,
            #"{"type":"ttl","fields":["t"]}"#,
        ] {
            #expect(try server.send("POST", "/_api/index?collection=c", other).error == "400/10")
        }
    }

    @Test("A document ends expireAfter seconds after the time it names, when the server looks: every 30 s, or as often as it is told")
    func ends() throws {
        for (interval, seconds) in [(Duration.seconds(30), 30), (.zero, 11)] {
            var server = try Server.withCollection("{}", kind: 2, Configuration(expiryInterval: interval))
            _ = try server.send("POST", "/_api/index?collection=c", #"{"type":"ttl","fields":["t"],"expireAfter":10}"#)
            let start = server.now / 1000
            _ = try server.send(
                "POST", "/_api/document/c", #"[{"_key":"a","t":\#(start)},{"_key":"b","t":"never"},{"_key":"c","t":\#(start + 60)}]"#)
            server.now += 9_900
            #expect(try server.send("GET", "/_api/document/c/a").status == 200)
            server.now += UInt64(seconds) * 1000 - 9_900
            #expect(try server.send("GET", "/_api/document/c/a").error == "404/1202")
            #expect(try server.send("GET", "/_api/collection/c/count")["count"] == 2)
            #expect(server.state.log.counters.documentsExpired == 1)
        }
    }

    @Test(
        "Times are seconds, or dates of ISO 8601",
        arguments: [
            ("1700000000.5", 1_700_000_000.5), (#""1970-01-01""#, 0), (#""2000-02-29T12:00:00Z""#, 951_825_600),
            (#""2026-11-30T13:20:00.250+01:00""#, 1_796_041_200.25), (#""1969-12-31T23:59:59Z""#, -1),
        ])
    func times(text: String, seconds: Double) throws {
        #expect(StoredCollection.seconds(try JSONParser.parse(text)) == seconds)
    }

    @Test("Anything else never ends", arguments: ["null", "true", #""soon""#, #""2026-13-01""#, "[1]"])
    func timeless(text: String) throws {
        #expect(StoredCollection.seconds(try JSONParser.parse(text)) == nil)
    }
}
