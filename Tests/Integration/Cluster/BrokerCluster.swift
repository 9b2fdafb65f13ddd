import FoundationEssentials
import Nodes
import Settings
import Testing

/// RabbitMQ nodes of the test's own, joined to a cluster if there are several. Each may be killed, or cut off from the others, and come back.
struct BrokerCluster: Sendable {
    let directory: String
    private let ports: [UInt16]

    /// Starts so many nodes, which keep everything in `directory`.
    init(in directory: String, nodes: Int) async throws {
        self.directory = directory
        try await RabbitMQNode.perform("start", in: directory, nodes > 1 ? ["--nodes", "\(nodes)"] : [], within: 240)
        ports = try nodes > 1 ? (1...nodes).map { try RabbitMQNode.port(of: "\(directory)/\($0)") } : [RabbitMQNode.port(of: directory)]
    }

    var nodes: Int { ports.count }
    /// In the order of the nodes.
    var urls: [String] { ports.map { "amqp://127.0.0.1:\($0)" } }

    /// To the first node as long as it can be reached.
    var settings: RabbitMQSettings {
        var settings = RabbitMQSettings()
        settings.endpoints = ports.map { BrokerEndpoint(host: "127.0.0.1", port: $0) }
        settings.heartbeat = .seconds(10)
        return settings
    }

    /// Nodes are counted from 1.
    func start(_ node: Int) async throws { try await perform("start", directory(of: node)) }
    func kill(_ node: Int) async throws { try await perform("kill", directory(of: node)) }
    func cut(_ node: Int) async throws { try await perform("cut", directory(of: node)) }
    func mend(_ node: Int) async throws { try await perform("mend", directory(of: node)) }
    func stop() async throws { try await perform("stop", directory) }

    /// Queues that hold messages, ready or delivered and not acknowledged, by name; `nil` if the node does not answer.
    func depths() async throws -> [String: Int]? {
        let file = "\(directory).queues"
        try? FileManager.default.removeItem(atPath: file)
        let list = ["ctl", directory(of: 1), "list_queues", "--no-table-headers", "name", "messages"]
        guard try await RabbitMQNode.run(list, log: file) == .exited(0) else { return nil }
        let text = FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let rows = text.split(separator: "\n").map { $0.split(separator: "\t") }.filter { $0.count == 2 && $0[1] != "0" }
        return Dictionary(rows.map { (String($0[0]), Int($0[1]) ?? -1) }) { first, _ in first }
    }

    private func directory(of node: Int) -> String { nodes > 1 ? "\(directory)/\(node)" : directory }

    private func perform(_ verb: String, _ directory: String) async throws {
        try await RabbitMQNode.perform(verb, in: directory, within: 240)
    }
}
