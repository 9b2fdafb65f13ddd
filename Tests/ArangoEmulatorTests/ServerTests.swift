import FoundationEssentials
import Testing

@testable import ArangoEmulator

/// ArangoDB.md sections 1 and 10.
@Suite("Server")
struct ServerTests {
    @Test(
        "A version is told as configured; text that is none is refused",
        arguments: [("3.12.10", true), ("3.11", true), ("4.0.0-nightly.1", true), ("3", false), ("3.x.1", false), ("", false)])
    func versions(text: String, isVersion: Bool) throws {
        #expect((ServerVersion(text) != nil) == isVersion)
        guard isVersion else { return }
        var server = Server(Configuration(version: text))
        #expect(try server.send("GET", "/_api/version")["version"] == .string(text))
        #expect(try server.send("GET", "/_api/version?details=true")["details"]?.object?["role"] == "SINGLE")
    }

    @Test("A single server says so in its status [D]")
    func status() throws {
        var server = Server()
        #expect(try server.send("GET", "/_admin/status")["serverInfo"]?.object?["role"] == "SINGLE")
        #expect(try server.send("GET", "/_api/engine")["name"] == "rocksdb")
    }

    @Test("Hardened, it tells administrators only what it is: those with rw on _system (arangod/RestHandler/RestVersionHandler.cpp [S])")
    func hardened() throws {
        func header(_ user: String) -> [(name: String, value: String)] {
            [("authorization", "Basic " + Data("\(user):p".utf8).base64EncodedString())]
        }
        var server = Server(Configuration(password: "p", isHardened: true))
        #expect(try server.send("POST", "/_api/user", #"{"user":"u","passwd":"p"}"#, headers: header("root")).status == 201)
        _ = try server.send("PUT", "/_api/user/u/database/_system", #"{"grant":"ro"}"#, headers: header("root"))
        #expect(try server.send("GET", "/_api/version", headers: header("root"))["version"] == "3.12.10")
        let told = try server.send("GET", "/_api/version", headers: header("u"))
        #expect(told.status == 200)
        #expect(try told["server"] == "arango" && told["version"] == nil)
        #expect(try server.send("GET", "/_admin/license", headers: header("u")).error == "403/11")
        #expect(try server.send("GET", "/_admin/license", headers: header("root"))["diskUsage"]?.object?["status"] == "good")
        _ = try server.send("PUT", "/_api/user/u/database/_system", #"{"grant":"rw"}"#, headers: header("root"))
        #expect(try server.send("GET", "/_api/version", headers: header("u"))["version"] == "3.12.10")
    }

    @Test("What the emulator does not have is 404/404, a wrong method 405/405")
    func unknown() throws {
        var server = try Server.withCollection()
        #expect(try server.send("POST", "/_api/transaction", "{}").error == "404/404")
        #expect(try server.send("GET", "/").error == "404/404")
        #expect(try server.send("OPTIONS", "/_api/document/c").error == "405/405")
        #expect(try server.send("DELETE", "/_api/version").error == "405/405")
    }

    @Test("Revisions rise, also when the clock stops or goes back")
    func revisions() {
        var clock = Clock(now: 1_700_000_000_000)
        var stamps = [clock.revision().stamp, clock.revision().stamp]
        clock.now -= 1000
        stamps.append(clock.revision().stamp)
        clock.now += 2000
        stamps.append(clock.revision().stamp)
        #expect(stamps == stamps.sorted() && Set(stamps).count == 4)
        #expect(clock.revision().text.utf8.count == 11)
    }

    @Test(
        "A path is taken apart before it is decoded, and what is no escape stays",
        arguments: [
            ("/_db/a%2Fb/_api/document/c/50%25%2B+%zz%", "a/b", ["_api", "document", "c", "50%+" + "+%zz%"]),
            ("//_api//version?x=%41+b&y", "_system", ["_api", "version"]),
        ])
    func targets(target: String, database: String, segments: [String]) {
        let request = Request(method: "GET", target: target)
        #expect(request.database == database)
        #expect(request.segments == segments)
        #expect(percentDecoded(Substring(percentEncoded("é/% ~")), plusIsSpace: true) == "é/% ~")
    }

    @Test("A query's names and values are decoded, a plus is a blank")
    func query() {
        let request = Request(method: "GET", target: "/_api/version?a%62=%41+b&on&no=false&yes=TRUE&e=x=y")
        #expect(request.parameter("ab") == "A b")
        #expect(request.parameter("on") == "")
        #expect(request.parameter("e") == "x=y")
        #expect(!request.flag("no") && request.flag("yes") && !request.flag("zzz") && request.flag("zzz", default: true))
    }

    @Test("The licence tells how much of the 100 GiB is used, from 3.12.5 on; two days beyond them every write is 403/1004 [D]")
    func license() throws {
        var server = try Server.withCollection()
        #expect(try server.send("GET", "/_admin/license")["diskUsage"]?.object?["status"] == "good")
        #expect(try server.send("PUT", "/_emulator/disk-usage", #""limit-reached""#).status == 200)
        let usage = try server.send("GET", "/_admin/license")["diskUsage"]?.object
        #expect(usage?["limitReached"] == true && usage?["secondsUntilReadOnly"] == 172_800)
        #expect(try server.send("POST", "/_api/document/c", "{}").status == 202)
        _ = try server.send("PUT", "/_emulator/disk-usage", #""read-only""#)
        #expect(try server.send("GET", "/_admin/license")["diskUsage"]?.object?["status"] == "read-only")
        #expect(try server.send("POST", "/_api/document/c", "{}").error == "403/1004")
        #expect(try server.send("PUT", "/_emulator/disk-usage", #""full""#).status == 400)
        var older = Server(Configuration(version: "3.12.4"))
        #expect(try older.send("GET", "/_admin/license").text == #"{"license":"none"}"#)
    }
}
