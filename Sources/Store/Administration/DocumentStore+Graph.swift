internal import Messages
internal import Settings

/// Named graphs (`/_api/gharial`): only their definitions. Edges are written with the document API (ArangoDB.md section 8).
extension DocumentStore {
    /// Creates the graph, or adds what it lacks. True if there was something to do.
    func provideGraph(_ plan: GraphPlan) async throws(RequestFailure) -> Bool {
        guard let known = try await definitions(ofGraph: plan.name) else {
            switch await call(.createGraph(plan, in: settings.database), as: AnyAnswer.self) {
            case .success: return true
            // Another client was faster: then it is there, and may lack something.
            case .failure(let failure) where failure.fault.errorNum == ErrorNumber.duplicateGraph: return try await provideGraph(plan)
            case .failure(let failure): throw failure
            }
        }
        let lacking = plan.lacking(in: known)
        for (definition, isNew) in lacking {
            _ = try await call(.define(definition, isNew: isNew, inGraph: plan.name, of: settings.database), as: AnyAnswer.self).get()
        }
        return !lacking.isEmpty
    }

    /// Nil if there is no such graph.
    func definitions(ofGraph name: String) async throws(RequestFailure) -> [GraphPlan.Definition]? {
        switch await call(.graph(name, in: settings.database), as: GraphAnswer.self) {
        case .success(let answer): return answer.graph.edgeDefinitions
        case .failure(let failure) where failure.fault.errorNum == ErrorNumber.graphNotFound: return nil
        case .failure(let failure): throw failure
        }
    }
}
