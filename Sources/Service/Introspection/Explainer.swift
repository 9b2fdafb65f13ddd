internal import Broker
package import ControlMessages
internal import ControlServer
internal import Formats
internal import FoundationEssentials
internal import Mapping
internal import Messages
internal import Pipeline
package import Settings
internal import Store

/// What a message would lead to, worked out by the code that would do it. Sends nothing and needs no server.
package enum Explainer {
    /// Explains with the given configuration. Throws `unknown_processor`, `bad_request` for a body that is no Base64, or `body_too_large` for what
    /// would take more than `bounds`.
    package static func explain(
        _ request: ExplainRequest, settings: Settings, bounds: ExplainBounds = .service
    ) throws(ControlError) -> Explanation {
        guard let body = Base64.decode(Array(request.body.utf8)[...]) else { throw .badRequest("the body is not Base64") }
        return try explain(
            body, for: request.processor, contentEncoding: request.contentEncoding, timestamp: request.timestamp,
            settings: settings, bounds: bounds)
    }

    /// The same for a body as it is.
    package static func explain(
        _ body: consuming [UInt8], for name: String, contentEncoding: String?, timestamp: UInt64?, settings: Settings,
        bounds: ExplainBounds
    ) throws(ControlError) -> Explanation {
        guard let index = settings.processors.firstIndex(where: { $0.name == name }) else {
            throw .unknownProcessor(name, known: settings.processors.map(\.name), disabled: settings.disabled)
        }
        let processor = settings.processors[index]
        let bodyBytes = body.count
        body += properties(of: processor)
        let delivery = Delivery(
            tag: 1, redelivered: false, route: Route(exchange: "", routingKey: processor.queue),
            contentEncoding: ContentEncoding(name: contentEncoding ?? ""), timestamp: timestamp, bytes: body, bodyBytes: bodyBytes)
        var bounded = settings
        bounded.rabbitmq.maxMessageBytes = min(settings.rabbitmq.maxMessageBytes, bounds.textBytes)
        var mapper = Mapper(settings: bounded, processor: index)
        var explanation = Explanation(processor: processor.name, collection: processor.collection)
        var room = Room(bounds)
        switch mapper.plan(delivery, receivedAt: UInt64(max(0, Date().timeIntervalSince1970))) {
        case .failure(let refusal):
            let textBytes = max(bodyBytes, delivery.mostHeldBytes(largestText: settings.rabbitmq.maxMessageBytes) - delivery.bytes.count)
            let (allowed, most) = (settings.rabbitmq.maxMessageBytes, bounded.rabbitmq.maxMessageBytes)
            // With more room it might not be refused.
            if refusal.reason == .tooLarge, most < allowed, textBytes > most {
                throw .tooLargeToExplain("the message has more than \(bounds.textBytes) bytes, decompressed or as it is", bounds)
            }
            let queue = settings.deadLetter.enabled ? processor.queue + settings.deadLetter.suffix : nil
            explanation.refusal = .init(reason: refusal.reason.rawValue, error: refusal.detail, queue: queue)
        case .success(let write):
            explanation.collection = write.target.collection
            explanation.key = write.key.text
            explanation.version = write.version
            explanation.requests = [try request(for: [write], settings: settings, &room)]
            var cursor = write.relations?.first
            while let start = cursor, let relations = write.relations {
                let chunk = relations.chunk(of: write, from: start, documents: settings.batch.documents, bytes: settings.batch.bytes)
                explanation.requests.append(try request(for: chunk.writes, settings: settings, &room))
                cursor = chunk.next
            }
            for plan in write.relations?.sweeps ?? [] {
                let sweep = try sweep(plan, of: write, settings: settings.arangodb, &room)
                explanation.sweeps = (explanation.sweeps ?? []) + [sweep]
            }
            if let onward = write.onward {
                if !onward.isOriginal { try room.take(write.document.byteCount(key: write.key)) } else { try room.take(bodyBytes) }
                let body = onward.body(of: write, .written, revision: nil)
                explanation.onward = .init(
                    exchange: onward.exchange, routingKey: onward.routingKey, body: String(decoding: body, as: UTF8.self))
            }
        }
        return explanation
    }

    /// A request as it would be sent.
    private static func request(
        for writes: [PlannedWrite], settings: Settings, _ room: inout Room
    ) throws(ControlError) -> Explanation.Request {
        try room.take(writes.reduce(2) { $0 + $1.document.byteCount(key: $1.key) + 1 })
        let preview = WritePreview(WriteBatch(id: 0, target: writes[0].target, writes: writes), settings: settings.arangodb)
        return .init(method: preview.method, path: preview.path, body: String(decoding: preview.body, as: UTF8.self))
    }

    /// The edges that are removed once the others are written. Only the database knows which these are.
    private static func sweep(
        _ plan: SweepPlan, of write: PlannedWrite, settings: ArangoDBSettings, _ room: inout Room
    ) throws(ControlError) -> Explanation.Sweep {
        let preview = SweepPreview(plan, settings: settings)
        let stamped = "those with \(EdgeSettings.stampAttribute) = \(JSONString.text(plan.stamp))"
        let edges: String
        if let version = write.version, let attribute = plan.target.versionAttribute {
            edges = "\(stamped) and \(attribute) below \(version), or none"
        } else {
            let kept = write.relations?.keys(keptBy: plan).sorted() ?? []
            try room.take(kept.reduce(0) { $0 + $1.utf8.count + 2 })
            edges = kept.isEmpty ? stamped : "\(stamped), but not \(kept.joined(separator: ", "))"
        }
        return .init(
            look: .init(method: "GET", path: preview.look, body: ""), edges: edges,
            request: .init(method: preview.method, path: preview.path, body: String(decoding: preview.body, as: UTF8.self)))
    }

    /// An event that is shown without its headers is one in structured mode.
    private static func properties(of processor: ProcessorSettings) -> [UInt8] {
        guard processor.envelope == .cloudevents else { return [] }
        let contentType = Array("application/cloudevents+json".utf8)
        return [0x80, 0x00, UInt8(contentType.count)] + contentType
    }
}

/// What may still be shown.
private struct Room {
    private let bounds: ExplainBounds
    private var left: Int

    init(_ bounds: ExplainBounds) { (self.bounds, left) = (bounds, bounds.answerBytes) }

    /// Charges what is to be shown next, before it is made.
    mutating func take(_ count: Int) throws(ControlError) {
        guard count <= left else {
            throw .tooLargeToExplain("the message leads to more than \(bounds.answerBytes) bytes, too much to be shown", bounds)
        }
        left -= count
    }
}

extension ControlError {
    fileprivate static func tooLargeToExplain(_ what: String, _ bounds: ExplainBounds) -> ControlError {
        .init(.bodyTooLarge, "\(what). \(bounds.advice)")
    }
}
