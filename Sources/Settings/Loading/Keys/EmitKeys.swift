/// `[processor.emit]` while its keys are read. What is required and missing is nil until the rules find it.
struct EmitDraft: Equatable {
    var exchange: String?
    var routingKey: RoutingKeyTemplate?
    var body = EmitSettings.Body.document
    var stale = false

    /// What every onward message must say.
    static let required = ["exchange", "routing_key"]

    static var keys: [Key<EmitDraft>] {
        [
            Key("exchange", \.exchange, .text(bytes: 1...255), reload: .processor),
            Key("routing_key", \.routingKey, .routingKey, reload: .processor),
            Key("body", \.body, .choice, reload: .processor),
            Key("stale", \.stale, .flag, reload: .processor),
        ]
    }

    /// `nil` if something required is missing, which was reported.
    var finished: EmitSettings? {
        guard let exchange, let routingKey else { return nil }
        var emit = EmitSettings(exchange: exchange, routingKey: routingKey)
        emit.body = body
        emit.stale = stale
        return emit
    }
}

extension Key<ProcessorDraft> {
    /// `[processor.emit]`. A later file changes it key by key.
    static var emit: Key {
        Key(name: "emit", form: .table(EmitDraft.keys.map(\.outline)), reload: .processor, isSame: isSame(\.settings.emit)) {
            draft, value, path, findings in
            var emit = draft.emit ?? EmitDraft()
            findings.read(value, keys: EmitDraft.keys, path: path, into: &emit)
            draft.emit = emit
        }
    }
}

extension ProcessorDraft {
    /// Finds what is missing.
    func checkEmit(_ findings: inout Diagnostics) {
        guard let table = findings.location(of: "\(path).emit") else { return }
        for key in EmitDraft.required where findings.location(of: "\(path).emit.\(key)") == nil {
            findings.add(table, "\(path).emit.\(key)", "is missing: an onward message needs exchange and routing_key")
        }
    }
}

extension Conversion<RoutingKeyTemplate> {
    /// A routing key with placeholders.
    static var routingKey: Self {
        Conversion { value throws(Mistake) in
            let text = try Conversion<String>.text(bytes: 0...4096).convert(value)
            let template: RoutingKeyTemplate
            do throws(RoutingKeyTemplate.Fault) { template = try RoutingKeyTemplate(text) } catch { throw value.mistake(error.problem) }
            guard template.literalBytes <= 255 else { throw value.mistake("must be at most 255 bytes long without its placeholders") }
            return template
        }
    }
}

extension RoutingKeyTemplate {
    /// Bytes that every key made of it has.
    fileprivate var literalBytes: Int {
        parts.reduce(0) { if case .text(let text) = $1 { $0 + text.wrappedValue.utf8.count } else { $0 } }
    }
}

extension RoutingKeyTemplate.Fault {
    /// What would be right.
    var problem: String {
        switch self {
        case .loneBrace: "has a brace without its other one; write {{ and }} for braces that are part of the key"
        case .notAPointer(let text): "has {\(text)}, but the text between braces must be a JSON Pointer into the message, like {/country}"
        }
    }
}
