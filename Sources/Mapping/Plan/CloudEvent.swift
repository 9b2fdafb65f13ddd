internal import Formats
internal import Messages
internal import Settings

/// Takes the message out of a CloudEvent (CloudEvents 1.0.2; AMQP binding sections 3.1 and 3.2, as RabbitMQ hands AMQP 1.0 on).
struct CloudEvent {
    private let plan: CloudEventPlan
    private let delivery: Delivery
    private let text: MessageText

    /// The event of a delivery.
    init(_ plan: CloudEventPlan, _ delivery: Delivery, _ text: MessageText) {
        self.plan = plan
        self.delivery = delivery
        self.text = text
    }

    /// The opened event; `tree` are the places that the processor asks for in the data.
    func open(_ scanner: inout JSONScanner, for tree: PointerTree) throws(Refusal) -> OpenedEvent {
        let contentType = delivery.contentType
        if contentType == "application/cloudevents+json" { return try openStructured(&scanner, for: tree) }
        guard !contentType.hasPrefix("application/cloudevents") else {
            throw Refusal(
                .badEnvelope,
                "content-type \(LogSafeText.quoted(contentType)): of CloudEvents' formats only application/cloudevents+json is read")
        }
        return try openBinary(&scanner, for: tree)
    }

    // The body is an object with the attributes, and the data in it.
    private func openStructured(_ scanner: inout JSONScanner, for tree: PointerTree) throws(Refusal) -> OpenedEvent {
        try scan(&scanner, text, for: plan.tree)
        let event = ScannedMessage(bytes: text.bytes, places: scanner.places)
        guard let root = event[PointerTree.root], event.kind(root) == .object else {
            throw Refusal(.badEnvelope, "the event is no object, as CloudEvents' JSON format wants it")
        }
        func attribute(_ node: PointerTree.Node) -> ArraySlice<UInt8>? {
            guard let place = event[node], event.kind(place) == .string else { return nil }
            return event.string(place)
        }
        let (id, seconds) = try checked { name in
            switch name {
            case .specversion: attribute(plan.specversion)
            case .id: attribute(plan.id)
            case .source: attribute(plan.source)
            case .type: attribute(plan.type)
            case .time: attribute(plan.time)
            }
        }
        func value(_ node: PointerTree.Node) -> JSONPlace? { event[node].flatMap { event.kind($0) == .null ? nil : $0 } }
        let attributes = plan.uses.map { value($0.source) }
        switch (value(plan.data), value(plan.dataBase64)) {
        case (.some, .some): throw Refusal(.badEnvelope, "the event has data and data_base64; it must be one of them")
        case (nil, nil): throw Refusal(.badEnvelope, "the event has no data")
        case (let data?, nil):
            _ = scanner.rescan(text.bytes, from: data.start, for: tree)
            var places = scanner.places
            for (use, place) in zip(plan.uses, attributes) { places[use.target] = place }
            return OpenedEvent(message: ScannedMessage(bytes: text.bytes, places: places, isCopy: text.isCopy), id: id, seconds: seconds)
        case (nil, let encoded?):
            guard event.kind(encoded) == .string, let bytes = Base64.decode(event.string(encoded)) else {
                throw Refusal(.badEnvelope, "the event's data_base64 is no Base64 text")
            }
            let values = attributes.map { $0.map { event.text($0) } }
            return OpenedEvent(message: try message(of: MessageText(copied: bytes), values, &scanner, for: tree), id: id, seconds: seconds)
        }
    }

    // The body is the data; the attributes are headers.
    private func openBinary(_ scanner: inout JSONScanner, for tree: PointerTree) throws(Refusal) -> OpenedEvent {
        let headers = delivery.eventAttributes
        guard headers["specversion"] != nil else {
            throw Refusal(
                .badEnvelope,
                "the message is no CloudEvent: it has neither content-type application/cloudevents+json nor the header cloudEvents:specversion"
            )
        }
        let (id, seconds) = try checked { name in headers[name.rawValue].map { Array($0.utf8)[...] } }
        guard text.count > 0 else { throw Refusal(.badEnvelope, "the event has no data") }
        let values = plan.uses.map { use in headers[String(decoding: use.name, as: UTF8.self)].map { JSONString.quoted($0)[...] } }
        return OpenedEvent(message: try message(of: text, values, &scanner, for: tree), id: id, seconds: seconds)
    }

    /// The message that is the whole of `text`. Values of attributes stand behind it, so that they have places as well.
    private func message(
        of text: MessageText, _ values: [ArraySlice<UInt8>?], _ scanner: inout JSONScanner, for tree: PointerTree
    ) throws(Refusal) -> ScannedMessage {
        try scan(&scanner, text, for: tree)
        guard values.contains(where: { $0 != nil }) else {
            return ScannedMessage(bytes: text.bytes, places: scanner.places, isCopy: text.isCopy)
        }
        var (bytes, places) = (Array(text.bytes.prefix(text.count)), scanner.places)
        for (use, value) in zip(plan.uses, values) {
            guard let value else { continue }
            places[use.target] = JSONPlace(name: -1, start: bytes.count, end: bytes.count + value.count)
            bytes += value
        }
        return ScannedMessage(bytes: bytes, places: places, isCopy: true)
    }

    private func scan(_ scanner: inout JSONScanner, _ text: MessageText, for tree: PointerTree) throws(Refusal) {
        do throws(JSONFault) {
            try scanner.scan(text.bytes, count: text.count, for: tree)
        } catch {
            throw Refusal(error, in: text)
        }
    }

    private enum Attribute: String { case specversion, id, source, type, time }

    /// What every event must have (CloudEvents 1.0.2, "Required Attributes"). Returns its id and time.
    private func checked(_ value: (Attribute) -> ArraySlice<UInt8>?) throws(Refusal) -> (id: String, seconds: UInt64?) {
        guard let version = value(.specversion) else { throw Refusal(.badEnvelope, "the event has no attribute specversion") }
        guard version.elementsEqual("1.0".utf8) else {
            throw Refusal(
                .badEnvelope,
                "the event's specversion is \(LogSafeText.quoted(String(decoding: version, as: UTF8.self))); 1.0 is understood")
        }
        for name in [Attribute.id, .source, .type] where value(name)?.isEmpty ?? true {
            throw Refusal(.badEnvelope, "the event has no attribute \(name.rawValue)")
        }
        let id = String(decoding: value(.id) ?? [], as: UTF8.self)
        guard let time = value(.time) else { return (id, nil) }
        do throws(InternetTime.Fault) {
            return (id, try InternetTime.nanoseconds(time) / 1_000_000_000)
        } catch {
            throw Refusal(.badEnvelope, "the event's time \(error.words)")
        }
    }
}
