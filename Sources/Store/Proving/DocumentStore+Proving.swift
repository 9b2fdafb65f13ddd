internal import Messages

/// Trying assumptions: the calls are made, and what the answers mean is not decided here.
extension DocumentStore {
    /// Tries an assumption. Its calls go to `coordinators` where it says so.
    func judge(
        _ assumption: Assumption, coordinators: [DocumentStore] = [], interval: Duration = .seconds(1)
    ) async -> Judgement {
        var answers: [Answer] = []
        for step in assumption.steps {
            guard let call = step.call(answers) else { break }
            let store = step.coordinator.map { coordinators[$0] } ?? self
            switch await store.exchange(call) {
            case .success(let answer): answers.append(answer)
            case .failure(let failure): return .notProven("\(failure.fault)")
            }
            // Nothing that follows would show more.
            if Judgement.obstacle(answers[answers.count - 1]) != nil { break }
        }
        var judgement = assumption.judgement(of: answers)
        let end = ContinuousClock.now + assumption.patience
        while case .notProven = judgement, answers.count == assumption.steps.count, ContinuousClock.now < end,
            let last = assumption.steps.last?.call(answers), (try? await Task.sleep(for: interval)) != nil
        {
            guard case .success(let answer) = await exchange(last) else { continue }
            answers[answers.count - 1] = answer
            judgement = assumption.judgement(of: answers)
        }
        return judgement
    }
}
