import Messages
import Schedules
import Settings

/// What an ``EdgeSimulation`` begins with: a configuration of three processors, and up to 30 messages about one to three companies.
struct EdgeScenario {
    static let sync: SubscriptionID = 0, update: SubscriptionID = 1, invalidate: SubscriptionID = 2

    struct Message {
        let processor: SubscriptionID
        let company: String
        let version: UInt64?
        let relations: Set<Int>
        var isAcknowledged = false
        var wasDelivered = false

        var body: [UInt8] {
            let version = version.map { #""v":\#($0),"# } ?? ""
            return Array(#"{"id":\#(company),\#(version)"to":\#(relations.sorted())}"#.utf8)
        }
    }

    /// How many consume the same queues.
    let instances: Int
    let prefetch: Int
    private(set) var settings = Settings()
    private(set) var messages: [Message] = []

    init(using random: inout SplitMix) {
        let hasVersions = Double.random(in: 0..<1, using: &random) < 0.8
        // Without versions order is all there is: one queue, one consumer.
        instances = hasVersions ? Int.random(in: 1...2, using: &random) : 1
        prefetch = Int.random(in: 1...10, using: &random)
        configure(hasVersions: hasVersions, using: &random)
        let companies = Int.random(in: 1...3, using: &random)
        for _ in 0..<Int.random(in: 1...30, using: &random) {
            let company = Int.random(in: 1...companies, using: &random)
            // Versions of a company are unique; they come in any order.
            let version = UInt64.random(in: 1...1_000_000, using: &random)
            let roll = Double.random(in: 0..<1, using: &random)
            let processor = !hasVersions || roll < 0.6 ? Self.sync : roll < 0.8 ? Self.update : Self.invalidate
            let relations = (0..<Int.random(in: 0...8, using: &random)).map { _ in Int.random(in: 1...12, using: &random) }
            messages.append(
                Message(
                    processor: processor, company: "\(company)", version: hasVersions ? version : nil,
                    relations: processor == Self.sync ? Set(relations) : []))
        }
    }

    private mutating func configure(hasVersions: Bool, using random: inout SplitMix) {
        settings.rabbitmq.prefetch = UInt16(prefetch)
        settings.arangodb.connections = Int.random(in: 1...3, using: &random)
        settings.batch.documents = Int.random(in: 1...6, using: &random)
        settings.verify = VerifyMode.allCases.randomElement(using: &random) ?? .doubt
        settings.retry.attempts = 100_000
        settings.retry.delay = .milliseconds(100)
        for (name, operation) in [("sync", ProcessorSettings.Operation.sync), ("update", .update), ("invalidate", .invalidate)] {
            var processor = ProcessorSettings(
                name: name, queue: name, operation: operation, collection: "companies", key: JSONPointer("/id") ?? JSONPointer())
            processor.version = hasVersions ? JSONPointer("/v") : nil
            settings.processors.append(processor)
        }
        settings.processors[Self.sync.rawValue].edges = [
            EdgeSettings(
                collection: "relations", each: JSONPointer("/to") ?? JSONPointer(), .out, other: JSONPointer(), otherCollection: "companies"
            )
        ]
        settings.processors[Self.invalidate.rawValue].edgesOnInvalidate = Bool.random(using: &random) ? .remove : .keep
    }
}
