internal import FoundationEssentials
internal import Messages
internal import Settings

/// Creating and removing what a proof needs.
extension DocumentStore {
    /// What had to be removed, and what could not be.
    struct Removal: Equatable {
        /// Collections and graphs that are gone.
        var removed: [String] = []
        /// Those that are still there, and why.
        var left: [Obstacle] = []
        /// Those of others, who may be at it, or were interrupted less than an hour ago on another machine.
        var kept: [String] = []
    }

    /// Why something is still there.
    struct Obstacle: Equatable {
        let name: String
        let fault: Fault
    }

    /// Names for new collections, by the server's clock: it is the same for all who look for what was left behind.
    func sandboxNames() async -> SandboxNames {
        let answer = try? await call(.time(in: settings.database), as: TimeAnswer.self).get()
        return SandboxNames(seconds: Int(answer.flatMap(\.wholeSeconds) ?? Date().timeIntervalSince1970))
    }

    /// Creates the collections. Returns `nil` if they exist now; otherwise why they do not, and which of them had to be removed.
    func open(_ sandbox: Sandbox) async -> (failure: RequestFailure, removal: Removal)? {
        let collections =
            [(sandbox.names.documents, ProvisionPlan.Kind.documents)] + (sandbox.hasEdges ? [(sandbox.names.edges, .edges)] : [])
        var created = 0
        for (name, kind) in collections {
            switch await call(.createCollection(name, kind, in: settings.database), as: AnyAnswer.self) {
            case .success: created += 1
            // Nobody knows whether it is there.
            case .failure(.unknown(let fault)): return (.unknown(fault), await close(sandbox))
            case .failure(let failure):
                guard created > 0 else { return (failure, Removal()) }
                return (failure, await close(sandbox))
            }
        }
        return nil
    }

    /// Removes the collections and the graph, if they are there.
    func close(_ sandbox: Sandbox) async -> Removal {
        var removal = Removal()
        if sandbox.hasEdges { await remove(sandbox.names.graph, by: .removeGraph(sandbox.names.graph, from: settings.database), &removal) }
        for name in (sandbox.hasEdges ? [sandbox.names.edges] : []) + [sandbox.names.documents] {
            await remove(name, by: .removeCollection(name, from: settings.database), &removal)
        }
        return removal
    }

    /// Removes what proofs have left behind that did not end in order: known by its name, which tells the process and the time.
    func removeLeftovers(now: Int) async -> Removal {
        var removal = Removal()
        if let graphs = try? await call(.graphs(in: settings.database), as: GraphListAnswer.self).get().graphs {
            for name in graphs.compactMap(\.name) where SandboxNames(name)?.isLeftBehind(now: now) == true {
                await remove(name, by: .removeGraph(name, from: settings.database), &removal)
            }
        }
        if let collections = try? await call(.collections(in: settings.database), as: CollectionListAnswer.self).get().result {
            for name in collections.map(\.name) {
                switch SandboxNames(name)?.isLeftBehind(now: now) {
                case true?: await remove(name, by: .removeCollection(name, from: settings.database), &removal)
                case false?: removal.kept.append(name)
                case nil: break
                }
            }
        }
        return removal
    }

    private func remove(_ name: String, by call: Call, _ removal: inout Removal) async {
        switch await self.call(call, as: AnyAnswer.self) {
        case .success: removal.removed.append(name)
        case .failure(let failure)
        where [ErrorNumber.collectionNotFound, ErrorNumber.graphNotFound].contains(failure.fault.errorNum ?? 0):
            break
        case .failure(let failure): removal.left.append(Obstacle(name: name, fault: failure.fault))
        }
    }
}

/// The body of `GET /_api/gharial`.
private struct GraphListAnswer: Decodable {
    struct Graph: Decodable {
        /// Real servers tell `_key` in any case.
        let _key: String?
        private let givenName: String?
        var name: String? { givenName ?? _key }
        private enum CodingKeys: String, CodingKey {
            case _key
            case givenName = "name"
        }
    }
    let graphs: [Graph]
}

/// The body of `GET /_api/collection`.
struct CollectionListAnswer: Decodable {
    struct Collection: Decodable { let name: String }
    let result: [Collection]
}
