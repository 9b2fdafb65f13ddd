internal import Messages
internal import Settings

extension DocumentStore {
    /// What keeps `plan` from working; empty: nothing. Changes nothing: rights to write are tried by removing no document at all. Only where a server
    /// hides its version, and `mayWrite`, a temporary collection shows whether it honours versions.
    public func missing(_ plan: ProvisionPlan, mayWrite: Bool = true) async -> [MissingPrerequisite] {
        var missingPrerequisites: [MissingPrerequisite] = []
        switch await serverVersion() {
        case .success(let report):
            switch await judge(report, mayWrite: mayWrite && plan.needsVersions) {
            case .tooOld(let version) where plan.needsVersions: missingPrerequisites.append(.tooOld(version))
            case .refuted(let fault) where plan.needsVersions: missingPrerequisites.append(.ignoresVersions(fault))
            case .unproven(let obstacle) where plan.needsVersions: missingPrerequisites.append(.hiddenVersion(obstacle))
            case .honoured, .proven, .assumed, .tooOld, .refuted, .unproven: break
            }
        case .failure(let failure): return [await missingPrerequisite(failure)]
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

    /// What a failure of the first call means. ArangoDB answers an ordinary user who may not use the database as one whose password is wrong, but
    /// lets users ask about themselves in every database that they may use (ArangoDB.md section 9).
    func missingPrerequisite(_ failure: RequestFailure) async -> MissingPrerequisite {
        guard case .configuration(let fault) = failure, fault.status == 401, settings.bearer == nil else {
            return MissingPrerequisite(failure)
        }
        guard case .success = await call(.rights(of: settings.username, in: settings.database), as: AnyAnswer.self) else {
            return MissingPrerequisite(failure)
        }
        return .noDatabaseAccess(settings.database, user: settings.username)
    }

    private func missing(_ planned: ProvisionPlan.Collection) async throws(RequestFailure) -> [MissingPrerequisite] {
        guard let found = try await collection(planned.name) else { return [.noCollection(planned.name)] }
        var missingPrerequisites = found.missingPrerequisites(as: planned)
        if let attribute = planned.expiryAttribute {
            let indexes = try await call(.indexes(of: planned.name, in: settings.database), as: IndexListAnswer.self).get()
            if let index = indexes.missingPrerequisite(collection: planned.name, attribute: attribute) {
                missingPrerequisites.append(index)
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
        case .configuration(let fault), .rejected(let fault), .failing(let fault): self = .unusable(fault)
        case .collection(let fault): self = .unusable(fault)
        case .outage(let fault), .unknown(let fault): self = .unreachable(fault)
        }
    }
}
