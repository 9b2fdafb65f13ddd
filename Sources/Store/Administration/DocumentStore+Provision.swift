public import Messages
internal import Settings

extension DocumentStore {
    /// Creates what is missing of the database, the collections and their TTL indexes. Repeatable: what exists is not changed.
    ///
    /// Stops at the first failure. A collection of the wrong type, or an index that prevents it, is a ``RequestFailure/configuration(_:)``.
    public func provision(_ plan: ProvisionPlan) async -> Result<[ProvisionStep], RequestFailure> {
        var steps: [ProvisionStep] = []
        do throws(RequestFailure) {
            steps.append(ProvisionStep(.database(settings.database), wasCreated: try await provideDatabase()))
            for collection in plan.collections {
                let wasMissing = try await provideCollection(collection)
                steps.append(ProvisionStep(.collection(collection.name, collection.kind), wasCreated: wasMissing))
                guard let attribute = collection.expiryAttribute else { continue }
                let wasCreated = try await provideExpiryIndex(collection: collection.name, attribute: attribute)
                steps.append(ProvisionStep(.expiryIndex(collection: collection.name, attribute: attribute), wasCreated: wasCreated))
            }
            if let graph = plan.graph { steps.append(ProvisionStep(.graph(graph.name), wasCreated: try await provideGraph(graph))) }
        } catch {
            return .failure(error)
        }
        return .success(steps)
    }

    private func provideDatabase() async throws(RequestFailure) -> Bool {
        switch await call(Request(.get, database: settings.database, "/_api/database/current"), as: AnyAnswer.self) {
        case .success: return false
        case .failure(let failure) where failure.fault.errorNum == ErrorNumber.databaseNotFound: break
        case .failure(let failure):
            let missing = await missingPrerequisite(failure)
            guard case .noDatabaseAccess = missing else { throw failure }
            throw .configuration(Fault(errorNum: failure.fault.errorNum, status: failure.fault.status, message: "\(missing)"))
        }
        // Databases are only created from within _system (ArangoDB.md section 6).
        let creation = Request(.post, database: "_system", "/_api/database")
        switch await call(creation, sending: DatabaseDefinition(name: settings.database), as: AnyAnswer.self) {
        case .success: return true
        // Another client was faster.
        case .failure(let failure) where failure.fault.errorNum == ErrorNumber.duplicateName: return false
        case .failure(let failure): throw failure
        }
    }

    private func provideCollection(_ planned: ProvisionPlan.Collection) async throws(RequestFailure) -> Bool {
        if let found = try await collection(planned.name) {
            try found.require(planned)
            return false
        }
        switch await call(.createCollection(planned.name, planned.kind, in: settings.database), as: CollectionAnswer.self) {
        case .success: return true
        // Another client was faster, or the name is a View's.
        case .failure(let failure) where failure.fault.errorNum == ErrorNumber.duplicateName:
            guard let found = try await collection(planned.name) else { throw .configuration(failure.fault) }
            try found.require(planned)
            return false
        case .failure(let failure): throw failure
        }
    }

    private func provideExpiryIndex(collection: String, attribute: String) async throws(RequestFailure) -> Bool {
        switch await call(.createExpiryIndex(on: attribute, of: collection, in: settings.database), as: IndexAnswer.self) {
        case .success(let answer):
            // A server that takes another time for the same index has left it as it is.
            if answer.isNewlyCreated == false, let expireAfter = answer.expireAfter, expireAfter != 0 {
                let index = ExpiryIndex(id: answer.id ?? "", attribute: attribute, expireAfter: expireAfter)
                throw .configuration(
                    Fault(message: "\(MissingPrerequisite.otherExpiryIndex(collection: collection, attribute: attribute, index))"))
            }
            return answer.isNewlyCreated ?? true
        // A collection takes one TTL index, and it has another: on another attribute, or with another time (ArangoDB.md section 6).
        case .failure(let failure) where failure.fault.status == 400:
            let fault = failure.fault
            let obstacle = try? await call(.indexes(of: collection, in: settings.database), as: IndexListAnswer.self).get()
                .missingPrerequisite(collection: collection, attribute: attribute)
            let message = obstacle.map { "\($0)" } ?? "TTL index on \(attribute) of \(collection): \(fault.message)"
            throw .configuration(Fault(errorNum: fault.errorNum, status: fault.status, message: message))
        case .failure(let failure): throw failure
        }
    }

    /// Nil if there is no such collection.
    func collection(_ name: String) async throws(RequestFailure) -> CollectionAnswer? {
        switch await call(.properties(of: name, in: settings.database), as: CollectionAnswer.self) {
        case .success(let answer): return answer
        case .failure(let failure) where failure.fault.errorNum == ErrorNumber.collectionNotFound: return nil
        case .failure(let failure): throw failure
        }
    }
}

extension CollectionAnswer {
    fileprivate func require(_ planned: ProvisionPlan.Collection) throws(RequestFailure) {
        if let missingPrerequisite = missingPrerequisites(as: planned).first(where: \.isCertain) {
            throw .configuration(Fault(message: missingPrerequisite.description))
        }
    }
}
