internal import Broker
public import Control
internal import FoundationEssentials
internal import Mapping
internal import Pipeline
public import Settings
internal import Store

/// What a message would lead to, worked out by the code that would do it. Sends nothing and needs no server.
public enum Explainer {
    /// Explains with the configuration that is given. Throws `unknown_processor`, or `bad_request` for a body that is no Base64.
    public static func explain(_ request: ExplainRequest, settings: Settings) throws(ControlError) -> Explanation {
        guard let index = settings.processors.firstIndex(where: { $0.name == request.processor }) else {
            throw .unknownProcessor(request.processor, known: settings.processors.map(\.name))
        }
        guard let body = Data(base64Encoded: request.body) else { throw .badRequest("the body is not Base64") }
        return explain(
            body: Array(body), contentEncoding: request.contentEncoding, timestamp: request.timestamp, processor: index, settings: settings)
    }

    private static func explain(
        body: [UInt8], contentEncoding: String?, timestamp: UInt64?, processor index: ProcessorIndex, settings: Settings
    ) -> Explanation {
        let processor = settings.processors[index]
        let delivery = Delivery(
            tag: 1, redelivered: false, route: Route(exchange: "", routingKey: processor.queue),
            contentEncoding: ContentEncoding(name: contentEncoding ?? ""), timestamp: timestamp, bytes: body + properties(of: processor),
            bodyBytes: body.count)
        var mapper = Mapper(settings: settings, processor: index)
        var explanation = Explanation(processor: processor.name, collection: processor.collection)
        switch mapper.plan(delivery, receivedAt: UInt64(max(0, Date().timeIntervalSince1970))) {
        case .failure(let refusal):
            let queue = settings.deadLetter.enabled ? processor.queue + settings.deadLetter.suffix : nil
            explanation.refusal = .init(reason: refusal.reason.rawValue, error: refusal.detail, queue: queue)
        case .success(let write):
            explanation.collection = write.target.collection
            explanation.key = write.key.text
            explanation.version = write.version
            explanation.requests = ([[write]] + edges(of: write, settings: settings)).map { writes in
                let preview = WritePreview(WriteBatch(id: 0, target: writes[0].target, writes: writes), settings: settings.arangodb)
                return .init(method: preview.method, path: preview.path, body: String(decoding: preview.body, as: UTF8.self))
            }
            let sweeps = write.relations.map { relations in
                relations.sweeps.map { sweep($0, of: write, relations, settings: settings.arangodb) }
            }
            explanation.sweeps = sweeps.flatMap { $0.isEmpty ? nil : $0 }
            explanation.onward = write.emission.map { emission in
                let body = emission.body(of: write, .written, revision: nil)
                return .init(
                    exchange: emission.exchange, routingKey: emission.routingKey, body: String(decoding: body, as: UTF8.self))
            }
        }
        return explanation
    }

    /// What goes once the edges are written. Which edges that are, only the database can tell.
    private static func sweep(
        _ plan: SweepPlan, of write: PlannedWrite, _ relations: Relations, settings: ArangoDBSettings
    ) -> Explanation.Sweep {
        let preview = SweepPreview(plan, settings: settings)
        let stamped = "those with \(EdgeSettings.stampAttribute) = \(jsonString(plan.stamp))"
        let edges: String
        if let version = write.version, let attribute = plan.target.versionAttribute {
            edges = "\(stamped) and \(attribute) below \(version), or none"
        } else {
            let kept = relations.keys(keptBy: plan).sorted()
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

    /// What follows the document, request by request.
    private static func edges(of write: PlannedWrite, settings: Settings) -> [[PlannedWrite]] {
        var requests: [[PlannedWrite]] = []
        var cursor = write.relations?.first
        while let place = cursor, let relations = write.relations {
            let chunk = relations.chunk(of: write, from: place, documents: settings.batch.documents, bytes: settings.batch.bytes)
            requests.append(chunk.writes)
            cursor = chunk.next
        }
        return requests
    }
}
