/// Something that Warren's promise rests on: how it is tried, and what the answers mean. A value: it sends nothing itself.
///
/// Its calls are worded by the code that words Warren's own, and its answers are read by the code that reads them, so that the proof tries what
/// Warren really sends and believes.
struct Assumption: Sendable {
    /// One call of an experiment.
    struct Step: Sendable {
        /// The configured coordinator that it goes to, from 0; `nil` for any.
        var coordinator: Int?
        /// Made from the answers to the calls before it; `nil` if they lack what it needs.
        let call: @Sendable ([Answer]) -> Call?

        /// A call that depends on no answer.
        static func fixed(_ call: Call, coordinator: Int? = nil) -> Step { Step(coordinator: coordinator) { _ in call } }
    }

    /// For scripts: `version-lower-update`.
    let name: String
    /// What is assumed, as a sentence.
    let statement: String
    /// What is done to find out.
    let experiment: String
    /// The rights that this takes.
    let grants: [Grant]
    /// The calls, in their order.
    let steps: [Step]
    /// How long the last call is repeated while it shows nothing.
    var patience: Duration = .zero
    private let judge: @Sendable ([Answer]) -> Judgement

    /// An assumption by its parts; `judge` is given an answer for each step.
    init(
        _ name: String, _ statement: String, experiment: String, grants: [Grant], steps: [Step],
        judge: @escaping @Sendable ([Answer]) -> Judgement
    ) {
        self.name = name
        self.statement = statement
        self.experiment = experiment
        self.grants = grants
        self.steps = steps
        self.judge = judge
    }

    /// What the answers show. Fewer than there are steps: one of them lacked what the next call needs.
    func judgement(of answers: [Answer]) -> Judgement {
        if let obstacle = answers.lazy.compactMap(Judgement.obstacle).first { return obstacle }
        guard answers.count == steps.count else {
            let last = answers.last.map { "HTTP \($0.status)" } ?? "nothing"
            return .failed("the answer to call \(answers.count) lacks what the next one needs (\(last))")
        }
        return judge(answers)
    }

    /// The line of the table.
    func row(_ judgement: Judgement) -> ProofRow {
        ProofRow(
            name: name, assumption: statement, done: experiment, answer: judgement.text, verdict: judgement.verdict,
            grant: judgement.isLackOfRights ? grants.advice : nil)
    }
}
