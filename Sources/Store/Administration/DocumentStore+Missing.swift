internal import Formats
internal import Messages
internal import Settings

extension DocumentStore {
    /// What keeps `plan` from working; empty: nothing. Changes nothing: rights to write are tried by removing no document at all.
    public func missing(_ plan: ProvisionPlan) async -> [MissingPrerequisite] {
        var missingPrerequisites: [MissingPrerequisite] = []
        switch await serverVersion() {
        case .success(let version):
            if plan.needsVersions, !version.supportsVersionAttribute { missingPrerequisites.append(.tooOld(version)) }
        case .failure(let failure): return [MissingPrerequisite(failure)]
        }
        switch await call(Request(.get, database: settings.database, "/_api/database/current"), as: AnyAnswer.self) {
        case .success: break
        case .failure(let failure) where failure.fault.errorNum == ErrorNumber.databaseNotFound:
            return missingPrerequisites + [.noDatabase(settings.database)]
        case .failure(let failure): return missingPrerequisites + [MissingPrerequisite(failure)]
        }
        for collection in plan.collections {
            do throws(RequestFailure) {
                missingPrerequisites += try await missing(collection)
            } catch {
                missingPrerequisites.append(.noAccess(collection: collection.name, error.fault))
            }
        }
        if let graph = plan.graph {
            do throws(RequestFailure) {
                let known = try await definitions(ofGraph: graph.name)
                let lacking = graph.lacking(in: known ?? []).map(\.definition.collection)
                if known == nil { missingPrerequisites.append(.noGraph(graph.name)) }
                if known != nil, !lacking.isEmpty { missingPrerequisites.append(.graphLacks(graph.name, collections: lacking)) }
            } catch {
                missingPrerequisites.append(MissingPrerequisite(error))
            }
        }
        return missingPrerequisites
    }

    private func missing(_ planned: ProvisionPlan.Collection) async throws(RequestFailure) -> [MissingPrerequisite] {
        guard let found = try await collection(planned.name) else { return [.noCollection(planned.name)] }
        var missingPrerequisites: [MissingPrerequisite] = []
        if let missingPrerequisite = found.missingPrerequisite(as: planned) { missingPrerequisites.append(missingPrerequisite) }
        if let attribute = planned.expiryAttribute {
            let list = Request(.get, database: settings.database, "/_api/index?collection=\(planned.name.percentEncoded)")
            if try await !call(list, as: IndexListAnswer.self).get().hasExpiryIndex(on: attribute) {
                missingPrerequisites.append(.noExpiryIndex(collection: planned.name, attribute: attribute))
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
        return missingPrerequisites
    }
}

extension MissingPrerequisite {
    /// What a failure of a call that concerns all means.
    fileprivate init(_ failure: RequestFailure) {
        switch failure {
        case .configuration(let fault) where fault.status == 401 || fault.status == 403: self = .notPermitted(fault)
        default: self = .unreachable(failure.fault)
        }
    }
}
