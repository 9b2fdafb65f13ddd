internal import Messages
internal import Settings

/// Rights: to each collection that the configuration names, and that users may ask about their own (ArangoDB.md section 9). Nothing is left there.
enum RightsAssumptions {
    static func all(_ plan: ProvisionPlan, settings: ArangoDBSettings) -> [Assumption] {
        plan.collections.map { collection($0, settings) } + (settings.grantee.map { [own($0, settings)] } ?? [])
    }

    private static func collection(_ collection: ProvisionPlan.Collection, _ settings: ArangoDBSettings) -> Assumption {
        let target = WriteTarget(collection: collection.name, mode: .update, versionAttribute: Sandbox.version)
        return Assumption(
            "rights-\(collection.name)", "The collection \(collection.name) takes writes of this user",
            experiment: "a write with an illegal key, and the removal of a key that nobody has, which leave nothing",
            grants: Grant.writing(to: collection.name, of: settings.database, user: settings.grantee),
            steps: [
                .fixed(.illegalWrite(to: target, settings: settings)), .fixed(.removeImpossible(from: collection.name, settings: settings)),
            ]
        ) { answers in
            let expected = [(FailureClass.refused, "refused for the key"), (.missing, "nothing to remove")]
            return .all(
                zip(answers, expected).map { answer, expected in
                    if ErrorAnswer(answer).fault.errorNum == ErrorNumber.collectionNotFound { return .notProven(answer.summary) }
                    switch ProofAnswer.failure(answer, expecting: expected.0) {
                    case nil: return .proven(expected.1)
                    case .collection(let fault)?, .outage(let fault)?:
                        return fault.errorNum == ErrorNumber.readOnly ? .notPermitted("\(fault)") : .notProven("\(fault)")
                    case let failure?: return .failed("\(failure.fault)")
                    }
                })
        }
    }

    private static func own(_ user: String, _ settings: ArangoDBSettings) -> Assumption {
        Assumption(
            "rights-own", "Users may ask for their own rights", experiment: "GET /_api/user/\(user)/database/\(settings.database)",
            grants: [Grant(user: settings.grantee, database: settings.database, .readOnly)],
            steps: [.fixed(.rights(of: user, in: settings.database))]
        ) { answers in
            // Without authentication nobody needs one.
            if ErrorAnswer(answers[0]).fault.errorNum == ErrorNumber.userNotFound { return .notProven(answers[0].summary) }
            guard answers[0].status == 200, let access = answers[0].content(as: AccessAnswer.self)?.result else {
                return .failed("\(answers[0].summary), which tells no right")
            }
            return .proven(access.rawValue)
        }
    }
}
