import FaultProxy
import Schedules

/// When which fault happens, between which messages: the same for a seed.
struct FaultPlan: Sendable, Equatable {
    /// One fault or two at a time, with messages before and during them.
    struct Step: Sendable, Equatable {
        let messages: Int
        /// From the first message to the fault.
        let lead: Duration
        let faults: [LedgerFault]
        /// From the fault to its end.
        let hold: Duration
        /// Before the next step everything has to work again; otherwise the next fault meets the recovery.
        let awaitsRecovery: Bool
    }

    /// So many faults make a long run, which ends with two long ones.
    private static let many = 100

    /// In every schedule, however short. Twenty deliveries are what RabbitMQ allows a message of a quorum queue by default, from 4.0 on.
    private static let essential: [LedgerFault] = [
        .daemonKilled, .daemonRestarted, .databaseAway, .deadLettersLookedAt(times: 25), .daemonRestartedInOutage(times: 25),
    ]

    let steps: [Step]

    var looksAtDeadLetters: Bool {
        steps.contains { $0.faults.contains { if case .deadLettersLookedAt = $0 { true } else { false } } }
    }

    var faultCount: Int { steps.reduce(0) { $0 + $1.faults.count } }

    init(seed: UInt64, faults: Int, messages: Int) {
        var random = SplitMix(seed: seed)
        let long: [LedgerFault] = faults >= Self.many ? [.brokerAwayForLong, .databaseAwayForLong] : []
        var pending = Self.order(faults - long.count, &random)[...]
        var groups: [[LedgerFault]] = []
        while let first = pending.popFirst() {
            if let second = pending.first, second.subject != first.subject, !first.isAlone, !second.isAlone, random.chance(25, in: 100) {
                pending.removeFirst()
                groups.append([first, second])
            } else {
                groups.append([first])
            }
        }
        groups += long.map { [$0] }
        var left = messages
        steps = groups.indices.map { index in
            // The same for all but the last, which gets what is left.
            let share = index == groups.count - 1 ? left : messages / groups.count
            left -= share
            return Step(
                messages: share, lead: .milliseconds(Int.random(in: 0...400, using: &random)), faults: groups[index],
                hold: Self.hold(groups[index], random: .milliseconds(Int.random(in: 200...2500, using: &random))),
                awaitsRecovery: index >= groups.count - 1 - long.count || random.chance(80, in: 100))
        }
    }

    /// The longest of them decides.
    private static func hold(_ faults: [LedgerFault], random: Duration) -> Duration {
        faults.map { $0.duration ?? random }.max() ?? random
    }

    /// Shuffled decks that hold every kind; in the last third nothing happens to the daemon itself, so that one process meets many faults.
    private static func order(_ count: Int, _ random: inout SplitMix) -> [LedgerFault] {
        var faults = Array(essential.prefix(count))
        faults += deck(&random).shuffled(using: &random).prefix(count - faults.count)
        faults.shuffle(using: &random)
        while faults.count < count { faults += deck(&random).shuffled(using: &random).prefix(count - faults.count) }
        let tail = faults.suffix(count / 3)
        return faults.dropLast(count / 3).interspersed(with: tail.filter { $0.subject == .daemon }, &random)
            + tail.filter { $0.subject != .daemon }
    }

    private static func deck(_ random: inout SplitMix) -> [LedgerFault] {
        func byte(_ most: Int) -> Int { .random(in: 1...most, using: &random) }
        func times(_ most: Int) -> Int { .random(in: 1...most, using: &random) }
        let queue = LedgerQueue.allCases.randomElement(using: &random) ?? .updated
        return [
            .daemonKilled, .daemonKilled, .daemonKilled, .daemonKilled, .daemonRestarted, .daemonRestarted, .daemonFrozen,
            .daemonReloads(.prefetch(queue, .random(in: 100...2000, using: &random))),
            .daemonReloads(.connections(.random(in: 2...4, using: &random))),
            .brokerKilled, .brokerRestarted, .brokerClosesConnections, .brokerAlarm,
            .brokerWay(.now(.reset)), .brokerWay(.now(.finish)), .brokerWay(.now(.stall())), .brokerWay(.now(.stall([.toServer]))),
            .brokerWay(.now(.blackHole())), .brokerWay(.now(.blackHole([.toClient]))), .brokerWay(.now(.blackHole([.toServer]))),
            .brokerWay(.atByte(.reset, byte(2000), .toServer)), .brokerWay(.atByte(.reset, byte(200_000), .toClient)),
            .brokerWay(.atByte(.blackHole(), byte(100_000), .toClient)), .brokerWay(.refuses),
            .databaseAway, .database(.answers(status: 503, errorNum: 503)), .database(.answers(status: 503, errorNum: 21003)),
            .database(.answers(status: 412, errorNum: 21004)), .database(.answers(status: 403, errorNum: 1004)),
            .database(.answers(status: 403, errorNum: 11)), .database(.answers(status: 404, errorNum: 1203)),
            .database(.fails(times: times(3))), .database(.failsDocuments(errorNum: 4, times: times(2))),
            .database(.failsDocuments(errorNum: 1200, times: times(5))), .database(.failsDocuments(errorNum: 1004, times: times(3))),
            .database(.late(milliseconds: 300)), .database(.late(milliseconds: 1500)), .database(.losesReplies(times: times(4))),
            .database(.dropsRequests(times: times(4))), .database(.stallsRequests(times: times(4))),
            .databaseWay(.now(.reset)), .databaseWay(.now(.finish)), .databaseWay(.now(.stall())), .databaseWay(.now(.blackHole())),
            .databaseWay(.now(.blackHole([.toClient]))), .databaseWay(.atByte(.reset, byte(100_000), .toServer)),
            .databaseWay(.atByte(.reset, byte(20_000), .toClient)), .databaseWay(.atByte(.blackHole(), byte(100_000), .toServer)),
            .databaseWay(.refuses),
            .deadLetterQueueMissing(queue), .deadLetterQueuesFull, .deadLettersLookedAt(times: times(25)),
        ]
    }
}

extension Collection {
    /// With the others at random positions.
    fileprivate func interspersed(with others: some Collection<Element>, _ random: inout SplitMix) -> [Element] {
        var result = Array(self)
        for other in others { result.insert(other, at: .random(in: 0...result.count, using: &random)) }
        return result
    }
}

extension FaultPlan.Step: CustomStringConvertible {
    var description: String {
        let what = faults.map(\.description).joined(separator: "; and ")
        return "\(messages) messages; after \(lead): \(what); for \(hold)\(awaitsRecovery ? "" : ", recovery not awaited")"
    }
}
