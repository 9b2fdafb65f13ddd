internal import ControlMessages
internal import FoundationEssentials
internal import Messages
internal import Pipeline
internal import Settings

extension HistoryReport {
    /// What the pipeline remembers of a document.
    init(collection: String, key: String, _ history: DocumentHistory, processors: PerSubscription<ProcessorSettings>) {
        self.init(
            collection: collection, key: key,
            decisions: history.decisions.map { decision, milliseconds in
                Decision(
                    at: Timestamp(Date(timeIntervalSince1970: Double(milliseconds) / 1000)), processor: processors[decision.processor].name,
                    outcome: decision.verdict.rawValue, detail: decision.detail, version: decision.version,
                    exchange: decision.route.exchange,
                    routingKey: decision.route.routingKey, messageId: decision.messageID,
                    latencyMilliseconds: Double(decision.latencyNanoseconds / 1000) / 1000)
            }, remembered: history.remembered)
    }
}
