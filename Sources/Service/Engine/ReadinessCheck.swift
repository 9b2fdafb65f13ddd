internal import Broker
internal import Messages
internal import Pipeline
internal import Settings
internal import Store

/// Finds out whether processors can settle what they would be delivered: see ``Readiness``. It leaves nothing in the database, and publishes nothing.
struct ReadinessCheck {
    let store: DocumentStore
    let table: SubscriptionTable

    /// What each lacks, in words; or why the database does not answer. A broker that cannot be asked is no reason: without it there are no deliveries
    /// either.
    func answer(_ questions: [ReadinessQuestion]) async -> Result<[SubscriptionID: String], RequestFailure> {
        if let failure = await store.absence() { return .failure(failure) }
        let versionFault: String?
        do throws(RequestFailure) { versionFault = try await self.versionFault(questions) } catch { return .failure(error) }
        let absent = await missing(questions)
        var faults: [Exact<String>: String?] = [:]
        var lacks: [SubscriptionID: String] = [:]
        for question in questions {
            if table.processors[question.processor].version != nil { lacks[question.processor] = versionFault }
            for collection in collections(question) where lacks[question.processor] == nil {
                let fault = if let known = faults[Exact(collection)] { known } else { await store.fault(of: collection) }
                faults[Exact(collection)] = .some(fault)
                lacks[question.processor] = fault
            }
            if let error = destinations(question).lazy.compactMap({ absent[$0] }).first { lacks[question.processor] = error.fault }
        }
        return .success(lacks)
    }

    /// Why no writes with versions may be sent; `nil` if nothing is wrong, or none of these processors has a version. Asked each time: after an
    /// outage another server may have the address.
    private func versionFault(_ questions: [ReadinessQuestion]) async throws(RequestFailure) -> String? {
        guard questions.contains(where: { table.processors[$0.processor].version != nil }) else { return nil }
        switch await store.versionGuard() {
        case .success(.honoured), .success(.proven), .success(.assumed): return nil
        case .success(.tooOld(let version)): return MissingPrerequisite.tooOld(version).description
        case .success(.refuted(let fault)): return MissingPrerequisite.ignoresVersions(fault).description
        case .success(.unproven(let obstacle)): return obstacle.description
        case .failure(.rejected(let fault)), .failure(.failing(let fault)): return "ArangoDB does not report its version: \(fault)"
        case .failure(let failure): throw failure
        }
    }

    /// Collections of edges only if they may have been missing: not every message has relations.
    private func collections(_ question: ReadinessQuestion) -> [String] {
        let processor = table.processors[question.processor]
        return [processor.collection] + (question.needs.contains(.collections) ? processor.edges.map(\.collection) : [])
    }

    private func destinations(_ question: ReadinessQuestion) -> [Topology.Destination] {
        let processor = table.processors[question.processor]
        return question.needs.compactMap { need in
            switch need {
            case .collections: nil
            case .exchange: processor.emit.map { .exchange($0.exchange) }
            case .deadLetterQueue: .queue(processor.queue + table.settings.deadLetter.suffix)
            }
        }
    }

    private func missing(_ questions: [ReadinessQuestion]) async -> [Topology.Destination: BrokerError] {
        let destinations = Set(questions.flatMap { self.destinations($0) })
        guard !destinations.isEmpty else { return [:] }
        do throws(BrokerError) {
            return try await Topology.missing(destinations, settings: table.settings.rabbitmq)
        } catch {
            return [:]
        }
    }
}
