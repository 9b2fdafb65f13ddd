internal import Messages

/// What `warren provision` creates is what it asks for: collections, TTL indexes, graphs (ArangoDB.md sections 6 and 8).
enum AdministrationAssumptions {
    static let expiry = ProvisionPlan.expiryAttribute

    static func all(_ sandbox: Sandbox) -> [Assumption] { [collections(sandbox), expiryIndex(sandbox), graph(sandbox)] }

    private static func collections(_ sandbox: Sandbox) -> Assumption {
        let (names, database) = (sandbox.names, sandbox.database)
        return sandbox.assumption(
            "collections", "A collection is of the type that was asked for, takes keys of ours, and is not created twice",
            experiment: "the properties of both temporary collections; the same name once more",
            [
                .properties(of: names.documents, in: database), .properties(of: names.edges, in: database),
                .createCollection(names.documents, .documents, in: database),
            ]
        ) { answers in
            .all([
                describes(answers[0], .documents), describes(answers[1], .edges),
                .error(answers[2], status: 409, ErrorNumber.duplicateName),
            ])
        }
    }

    private static func describes(_ answer: Answer, _ kind: ProvisionPlan.Kind) -> Judgement {
        guard answer.status == 200, let found = answer.content(as: CollectionAnswer.self) else {
            return .failed("\(answer.summary), which describes no collection")
        }
        let faults = found.missingPrerequisites(as: ProvisionPlan.Collection(name: "of the proof", kind))
        return .check(faults.isEmpty, "type \(found.type)", else: faults.map(\.description).joined(separator: "; "))
    }

    private static func expiryIndex(_ sandbox: Sandbox) -> Assumption {
        let (collection, database) = (sandbox.names.documents, sandbox.database)
        let creation = Call.createExpiryIndex(on: expiry, of: collection, in: database)
        return sandbox.assumption(
            "ttl-index", "A TTL index is created once, found again, and not replaced by one with another time",
            experiment: "POST /_api/index of a TTL index twice; the list of indexes; the same index with expireAfter 5",
            [
                creation, creation, .indexes(of: collection, in: database),
                .createExpiryIndex(on: expiry, of: collection, in: database, expireAfter: 5),
            ]
        ) { answers in
            .all([
                .success(answers[0], [200, 201]), .success(answers[1], [200, 201]), isNew(answers[1], false),
                listed(answers[2], collection: collection),
                .check(answers[3].status == 400, "400", else: "\(answers[3].summary) for another time instead of 400"),
            ])
        }
    }

    private static func isNew(_ answer: Answer, _ expected: Bool) -> Judgement {
        let isNew = answer.content(as: IndexAnswer.self)?.isNewlyCreated
        return .check(isNew == expected, "was there", else: "isNewlyCreated is \(isNew.map { "\($0)" } ?? "missing") the second time")
    }

    private static func listed(_ answer: Answer, collection: String) -> Judgement {
        guard answer.status == 200, let list = answer.content(as: IndexListAnswer.self) else {
            return .failed("\(answer.summary), which lists no indexes")
        }
        let fault = list.missingPrerequisite(collection: collection, attribute: expiry)
        return .check(fault == nil, "listed", else: fault?.description ?? "")
    }

    private static func graph(_ sandbox: Sandbox) -> Assumption {
        let (name, database) = (sandbox.names.graph, sandbox.database)
        let definition = GraphPlan.Definition(
            collection: sandbox.names.edges, from: [sandbox.names.documents], to: [sandbox.names.documents])
        let (whole, empty) = (GraphPlan(name: name, definitions: [definition]), GraphPlan(name: name, definitions: []))
        let look = Call.graph(name, in: database)
        return sandbox.assumption(
            "graph", "A named graph has the edges that were asked for, is not created twice, and takes further ones",
            experiment:
                "a graph with the temporary edges is created twice, changed and removed; an empty one is created, and gets the edges",
            [
                .createGraph(whole, in: database), .createGraph(whole, in: database), look,
                .define(definition, isNew: false, inGraph: name, of: database), look, .removeGraph(name, from: database), look,
                .createGraph(empty, in: database), .define(definition, isNew: true, inGraph: name, of: database), look,
                .removeGraph(name, from: database),
            ]
        ) { answers in
            .all([
                .success(answers[0], [201, 202]), .error(answers[1], status: 409, ErrorNumber.duplicateGraph), defines(answers[2], whole),
                .success(answers[3], [200, 201, 202]), defines(answers[4], whole), .success(answers[5], [200, 202]),
                .error(answers[6], status: 404, ErrorNumber.graphNotFound), .success(answers[7], [201, 202]),
                .success(answers[8], [201, 202]), defines(answers[9], whole), .success(answers[10], [200, 202]),
            ])
        }
    }

    private static func defines(_ answer: Answer, _ plan: GraphPlan) -> Judgement {
        guard answer.status == 200, let found = answer.content(as: GraphAnswer.self) else {
            return .failed("\(answer.summary), which describes no graph")
        }
        let isWhole = plan.lacking(in: found.graph.edgeDefinitions).isEmpty
        return .check(isWhole, "", else: "the graph lacks edges that were asked for")
    }
}
