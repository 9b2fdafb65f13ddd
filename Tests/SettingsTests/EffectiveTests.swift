import FoundationEssentials
import Testing

@testable import Settings

@Suite("The configuration in force, with origins") struct EffectiveTests {
    private let files = [
        ConfigurationSource(
            name: "warren.toml",
            text: """
                [rabbitmq]
                endpoints = ["amqp://warren:geheim@rabbit-1", "amqps://rabbit-2"]
                prefetch = 100

                [retry]
                delay = "2s"

                [[processor]]
                name = "sync"
                queue = "q"
                operation = "sync"
                collection = "c"
                key = "/id"
                set = { a = 1, b = [{ x = "y" }] }

                [processor.retry]
                attempts = 3

                [[processor.edges]]
                collection = "r"
                each = "/relations"
                to = "/id"
                map = { "a.b" = "/c" }

                [[processor]]
                name = "other"
                queue = "o"
                operation = "update"
                collection = "c"
                key = "/id"
                """),
        ConfigurationSource(
            name: "conf.d/a.toml",
            text: """
                rabbitmq.prefetch = 200
                [arangodb]
                password = "geheim"
                [[processor]]
                name = "sync"
                set.b = "new"
                retry = { delay = "1s" }
                """),
    ]
    private let environment = ["WARREN_LOG_LEVEL": "debug", "WARREN_RABBITMQ_TLS_CA": "/ca.pem", "WARREN_OTHER": "x"]
    private let credentials = ["rabbitmq.password": "geheim", "arangodb.token": "geheim"]

    private func effective() -> EffectiveConfiguration {
        EffectiveConfiguration(MergedConfiguration(files, environment: environment, credentials: credentials))
    }

    private func line(_ key: String, in lines: [String], after header: String) -> String? {
        guard let start = lines.firstIndex(of: header) else { return nil }
        return lines[start...].first { $0.hasPrefix("\(key) ") }?.split(separator: " ").joined(separator: " ")
    }

    @Test("Each value is the one in force, and says where it comes from") func origins() {
        let lines = effective().lines
        #expect(line("prefetch", in: lines, after: "[rabbitmq]") == "prefetch = 200 # conf.d/a.toml:1")
        #expect(line("vhost", in: lines, after: "[rabbitmq]") == "vhost = \"/\" # default")
        #expect(line("hold", in: lines, after: "[rabbitmq]") == "hold = \"64MiB\" # default")
        #expect(line("endpoints", in: lines, after: "[arangodb]") == "endpoints = [\"http://127.0.0.1:8529\"] # default")
        #expect(line("ca", in: lines, after: "[rabbitmq.tls]") == "ca = \"/ca.pem\" # environment variable WARREN_RABBITMQ_TLS_CA")
        #expect(line("level", in: lines, after: "[log]") == "level = \"debug\" # environment variable WARREN_LOG_LEVEL")
        #expect(line("delay", in: lines, after: "[retry]") == "delay = \"2s\" # warren.toml:6")
        #expect(line("attempts", in: lines, after: "[processor.retry]") == "attempts = 3 # warren.toml:17")
        #expect(line("delay", in: lines, after: "[processor.retry]") == "delay = \"1s\" # conf.d/a.toml:7")
        #expect(line("a", in: lines, after: "[processor.set]") == "a = 1 # warren.toml:14")
        #expect(line("b", in: lines, after: "[processor.set]") == "b = \"new\" # conf.d/a.toml:6")
        #expect(line("\"a.b\"", in: lines, after: "[processor.edges.map]") == "\"a.b\" = \"/c\" # warren.toml:23")
        #expect(lines.count { $0 == "[[processor]]" } == 2)
    }

    @Test("No secret is shown, and it says that there is one") func secrets() {
        let (lines, json) = (effective().lines, effective().json)
        for text in lines + [json] { #expect(!text.contains("geheim")) }
        #expect(line("password", in: lines, after: "[rabbitmq]") == "password = \"***\" # credential rabbitmq.password")
        #expect(
            line("endpoints", in: lines, after: "[rabbitmq]")?.hasPrefix("endpoints = [\"amqp://***@rabbit-1\", \"amqps://rabbit-2\"]")
                == true)
        #expect(lines.contains { $0.hasPrefix("# token") && $0.hasSuffix("# credential arangodb.token") })
        #expect(json.contains(#"{"key":"rabbitmq.password","hidden":true,"origin":"credential rabbitmq.password"}"#))
        let endpoints = #""value":["amqp://***@rabbit-1", "amqps://rabbit-2"],"hidden":true,"origin":"warren.toml:2"}"#
        #expect(json.contains(#"{"key":"rabbitmq.endpoints",\#(endpoints)"#))
    }

    @Test("As JSON each value has its key") func json() {
        let json = effective().json
        for entry in [
            #"{"key":"rabbitmq.prefetch","value":200,"origin":"conf.d/a.toml:1"}"#,
            #"{"key":"processor \"sync\".queue","value":"q","origin":"warren.toml:10"}"#,
            #"{"key":"processor \"sync\".edges #1.collection","value":"r","origin":"warren.toml:20"}"#,
            #"{"key":"arangodb.password","hidden":true,"origin":"conf.d/a.toml:3"}"#,
            #"{"key":"dead_letter.enabled","value":true,"origin":"default"}"#,
        ] {
            #expect(json.contains(entry), "\(entry)")
        }
    }

    @Test("Read again, it is the same configuration: the merging for people is that of the loader") func sameAgain() throws {
        let secretless = files.map { file in
            ConfigurationSource(
                name: file.name,
                text: file.text.replacing("warren:geheim@", with: "").replacing("password = \"geheim\"", with: "database = \"d\""))
        }
        let text = EffectiveConfiguration(MergedConfiguration(secretless, environment: environment, credentials: [:])).lines.joined(
            separator: "\n")
        #expect(try load(text) == SettingsLoader.settings(from: secretless, environment: environment))
    }

    @Test("So is that of the file as installed, with every example beside it", arguments: ["processors.toml", "group/warren.toml"])
    func shipped(example: String) throws {
        func read(_ name: String) throws -> ConfigurationSource {
            let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../etc/\(name)")
            return ConfigurationSource(name: name, text: String(decoding: try Data(contentsOf: file), as: UTF8.self))
        }
        let sources = [try read("warren.toml"), try read("examples/\(example)")]
        let lines = EffectiveConfiguration(MergedConfiguration(sources, environment: [:], credentials: [:])).lines
        let revealed = lines.joined(separator: "\n").replacing("password       = \"***\"", with: "password = \"guest\"")
        #expect(try load(revealed) == SettingsLoader.settings(from: sources))
        #expect(!lines.contains { $0.hasSuffix("# default") && $0.contains("***") })
    }
}
