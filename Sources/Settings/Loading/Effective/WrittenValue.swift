extension ConfigurationValue.Content {
    /// A value as a file would say it; `nil` if no file would, or if it has no one text.
    init?(writing value: Any) {
        switch value {
        case let flag as Bool: self = .flag(flag)
        case let number as Double: self = .number(number)
        case let number as any BinaryInteger:
            guard let number = Int(exactly: number) else { return nil }
            self = .integer(number)
        case let text as String: self = .string(text)
        case let duration as Duration: self = .string(duration.quantity)
        case let secret as Secret: self = .string(secret.revealed)
        case let mode as SocketMode: self = .string(mode.description)
        case let endpoint as BrokerEndpoint: self = .string("\(endpoint.usesTLS ? "amqps" : "amqp")://\(endpoint.host):\(endpoint.port)")
        case let choice as any RawRepresentable:
            guard let text = choice.rawValue as? String else { return nil }
            self = .string(text)
        default: return nil
        }
    }
}

extension Key {
    /// What `target` has for `keys`, as a file would say it.
    static func members(_ keys: [Key], of target: Target) -> [ConfigurationValue.Member] {
        keys.compactMap { key in
            key.written(target).map {
                ConfigurationValue.Member(name: key.name, value: ConfigurationValue(content: $0, location: .standard))
            }
        }
    }
}
