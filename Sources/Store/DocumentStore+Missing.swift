internal import Mapping
internal import Pipeline
internal import Settings

extension DocumentStore {
    /// What keeps `plan` from working; empty: nothing. Changes nothing: rights to write are tried by removing no document at all.
    public func missing(_ plan: ProvisionPlan) async -> [Shortcoming] {
        var shortcomings: [Shortcoming] = []
        switch await serverVersion() {
        case .success(let version):
            if plan.needsVersions, !version.supportsVersionAttribute { shortcomings.append(.tooOld(version)) }
        case .failure(let failure): return [Shortcoming(failure)]
        }
        switch await call(Request(.get, database: settings.database, "/_api/database/current"), as: AnyAnswer.self) {
        case .success: break
        case .failure(let failure) where failure.fault.errorNum == ErrorNumber.databaseNotFound:
            return shortcomings + [.noDatabase(settings.database)]
        case .failure(let failure): return shortcomings + [Shortcoming(failure)]
        }
        for collection in plan.collections {
            do throws(RequestFailure) {
                shortcomings += try await missing(collection)
            } catch {
                shortcomings.append(.noAccess(collection: collection.name, error.fault))
            }
        }
        if let graph = plan.graph {
            do throws(RequestFailure) {
                let known = try await definitions(ofGraph: graph.name)
                let lacking = graph.lacking(in: known ?? []).map(\.definition.collection)
                if known == nil { shortcomings.append(.noGraph(graph.name)) }
                if known != nil, !lacking.isEmpty { shortcomings.append(.graphLacks(graph.name, collections: lacking)) }
            } catch {
                shortcomings.append(Shortcoming(error))
            }
        }
        return shortcomings
    }

    private func missing(_ planned: ProvisionPlan.Collection) async throws(RequestFailure) -> [Shortcoming] {
        guard let found = try await collection(planned.name) else { return [.noCollection(planned.name)] }
        var shortcomings: [Shortcoming] = []
        if let shortcoming = found.shortcoming(as: planned) { shortcomings.append(shortcoming) }
        if let attribute = planned.expiryAttribute {
            let list = Request(.get, database: settings.database, "/_api/index?collection=\(planned.name.percentEncoded)")
            if try await !call(list, as: IndexListAnswer.self).get().hasExpiryIndex(on: attribute) {
                shortcomings.append(.noExpiryIndex(collection: planned.name, attribute: attribute))
            }
        }
        let target = WriteTarget(collection: planned.name, mode: .remove, versionAttribute: nil)
        let nothing = WriteBatch(id: 0, target: target, writes: [])
        let removal = DocumentRequest.write(target, database: settings.database, waitForSync: false, count: 0)
        _ = try await send(removal) { body in
            body += "[]".utf8
        } reading: { answer in
            WriteAnswer.reply(answer, to: nothing)
        }.get()
        return shortcomings
    }
}

extension Shortcoming {
    /// What a failure of a call that concerns all means.
    fileprivate init(_ failure: RequestFailure) {
        switch failure {
        case .configuration(let fault) where fault.status == 401 || fault.status == 403: self = .notPermitted(fault)
        default: self = .unreachable(failure.fault)
        }
    }
}
