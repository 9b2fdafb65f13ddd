internal import FoundationEssentials

/// A queue as RabbitMQ's management API describes it (`GET /api/queues/{vhost}/{name}`). A member that is missing, or not as expected, counts as
/// unknown.
struct ManagedQueue: Equatable {
    /// The columns to ask for, so that the answer is small however many consumers there are.
    static let columns = [
        "type", "durable", "auto_delete", "arguments", "policy", "operator_policy", "effective_policy_definition", "delivery_limit",
        "consumers",
    ]

    var type: String?
    var isDurable: Bool?
    var isAutoDelete: Bool?
    /// Without the type, as text; `nil` if unknown.
    var arguments: [String: String]?
    /// The names of the policies that hold, for people; empty: none.
    var policies: [String] = []
    /// What the policies set together, by its name without `x-`, as text; `nil` if unknown.
    var settings: [String: String]?
    /// After so many returns a message is dropped, as RabbitMQ 4 reports it, its default included. `Int64.max` means never; `nil` if unknown.
    var deliveryLimit: Int64?
    var consumers: Int?
}

extension ManagedQueue: Decodable {
    private enum Key: String, CodingKey {
        case type, durable, arguments, policy, consumers
        case autoDelete = "auto_delete"
        case operatorPolicy = "operator_policy"
        case settings = "effective_policy_definition"
        case deliveryLimit = "delivery_limit"
    }

    /// A text, a number or a truth value, as text; `nil` for anything else.
    private struct Scalar: Decodable {
        let text: String?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self.text = text
            } else if let number = try? container.decode(Int64.self) {
                text = "\(number)"
            } else if let isTrue = try? container.decode(Bool.self) {
                text = "\(isTrue)"
            } else {
                text = nil
            }
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func value<Value: Decodable>(_ key: Key, _ type: Value.Type = Value.self) -> Value? { try? container.decode(type, forKey: key) }
        func table(_ key: Key) -> [String: String]? {
            // An old Erlang library writes an empty table as an empty list.
            if let list = value(key, [Scalar].self), list.isEmpty { return [:] }
            return value(key, [String: Scalar].self)?.mapValues { $0.text ?? "…" }
        }
        (type, isDurable, isAutoDelete, consumers) = (value(.type), value(.durable), value(.autoDelete), value(.consumers))
        arguments = table(.arguments)?.filter { $0.key != "x-queue-type" }
        policies = [Key.policy, .operatorPolicy].compactMap { value($0, String.self) }.filter { !$0.isEmpty }
        settings = table(.settings)
        let limit: Scalar? = value(.deliveryLimit)
        deliveryLimit = limit?.text == "unlimited" ? .max : limit?.text.flatMap { Int64($0) }
    }
}
