internal import Broker
internal import ControlMessages
internal import Mapping
internal import Messages
internal import Settings

/// One pass over the front of a dead-letter queue: what was fetched, what becomes of it, and what the report says.
struct DeadLetterPass: Sendable {
    let target: DeadLetterService.Target
    let browser: QueueBrowser
    let rules: BrowsePolicy
    private(set) var statistics = DeadLetterStatistics()
    private let knownReturns: Int?
    private let remember: @Sendable (Int) -> Void

    /// `knownReturns` is how often a letter was returned at the last look, at most; `remember` receives the number of this one.
    init(
        target: DeadLetterService.Target, browser: QueueBrowser, knownReturns: Int?, remember: @escaping @Sendable (Int) -> Void
    ) {
        self.target = target
        self.browser = browser
        rules = BrowsePolicy(terms: browser.terms)
        self.knownReturns = knownReturns
        self.remember = remember
    }

    /// Why a look needs consent.
    var refusal: ControlError? {
        rules.refusal(queue: target.deadLetters, ready: browser.ready, returns: knownReturns, processor: target.processor)
    }

    /// Warnings after the look.
    var warnings: [String] { rules.warnings(returns: statistics.returns, renewed: statistics.renewed) }

    /// The next letters, no more than a bulk and no more than were there at the start: letters that are returned or renewed are behind those.
    mutating func take(atMost count: Int) async throws(BrokerError) -> [Delivery] {
        let bulk = try await browser.take(
            atMost: min(DeadLetterService.bulkMessages, count, browser.ready - statistics.seen), bytes: DeadLetterService.bulkBytes)
        for delivery in bulk { statistics.add(delivery) }
        return bulk
    }

    /// Looks for a letter, in the first of the queue. Returns why it ended early.
    mutating func look(_ search: inout DeadLetterSearch, atMost count: Int, mayRenew: Bool) async throws(BrokerError) -> String? {
        while statistics.seen < min(count, browser.ready) {
            let bulk = try await take(atMost: count - statistics.seen)
            guard !bulk.isEmpty else { break }
            var others: [Delivery] = []
            for delivery in bulk where !search.keeps(delivery) { others.append(delivery) }
            if let end = await giveBack(others, mayRenew: mayRenew) { return end }
        }
        return nil
    }

    /// These return to the queue when the look is over; those that might not survive another return are renewed, if that is allowed. Returns why the
    /// look must end here.
    mutating func giveBack(_ letters: [Delivery], mayRenew: Bool) async -> String? {
        let endangered = letters.filter(rules.isNearLimit)
        for letter in letters where endangered.isEmpty || !mayRenew || !rules.isNearLimit(letter) { statistics.giveBack(letter) }
        guard !endangered.isEmpty else { return nil }
        guard mayRenew else { return BrowsePolicy.endOfLook }
        let publisher = Publisher(settings: target.settings.rabbitmq)
        // Mandatory and confirmed, and acknowledged only then: whatever ends it in between, a letter is there twice.
        let results = await publisher.publish(endangered.map { DeadLetter.renewal($0, in: target.deadLetters) })
        await publisher.close()
        let moved = zip(endangered, results).filter { $1.failure == nil }.map(\.0.tag)
        let acknowledged = await browser.acknowledge(moved)
        statistics.renewed += acknowledged.confirmed
        let failure = results.lazy.compactMap(\.failure).first.map { "\($0)" } ?? acknowledged.failure.map { "\($0)" }
        return failure.map { "the look ended here, because letters near the delivery limit could not be renewed: \($0)" }
    }

    /// Returns everything that was not acknowledged.
    func close() async throws(BrokerError) {
        if rules.countsReturns, let returns = statistics.returns { remember(returns) }
        try await browser.close()
    }
}

extension Result {
    /// `nil` for success.
    var failure: Failure? { if case .failure(let failure) = self { failure } else { nil } }
}
