internal import ControlMessages

/// What the clients of one listener use now. Lives on the server's event loop.
final class ListenerLoad {
    /// What a connection is let in for.
    enum Admission: Equatable {
        /// Anything that its peer may ask.
        case any
        /// One request for `/healthz`, because every other slot is taken.
        case health
    }

    private struct Member {
        let level: AccessLevel
        let admission: Admission
        /// The order in which connections became idle; `nil` while a request is being answered.
        var idleSince: UInt64?
        let close: () -> Void
    }

    /// The kind of slot that a request has.
    enum RequestSlot { case common, health }

    private var connections: Quota
    private var healthConnections: Quota
    private var requests: Quota
    private var healthRequests: Quota
    private var bodyBytes: Quota
    private var answerBytes: Quota
    /// Bytes for administrators: one answer may be larger than everything that clients share, so a share of that would be worth nothing.
    private var rootAnswerBytes: Quota
    private var members: [ObjectIdentifier: Member] = [:]
    private var turn: UInt64 = 0

    init(limits: ServerLimits) {
        func reserved(_ most: Int) -> Int { limits.reservedByteShare == 0 ? 0 : most / limits.reservedByteShare }
        connections = Quota(most: limits.connections, reserved: limits.reservedConnections)
        healthConnections = Quota(most: limits.healthSlots, reserved: 0)
        requests = Quota(most: limits.requests, reserved: limits.reservedRequests)
        healthRequests = Quota(most: limits.healthSlots, reserved: 0)
        bodyBytes = Quota(most: limits.bodyBytes, reserved: reserved(limits.bodyBytes))
        answerBytes = Quota(most: limits.answerBytes - reserved(limits.answerBytes), reserved: 0)
        rootAnswerBytes = Quota(most: reserved(limits.answerBytes), reserved: 0)
    }

    /// Lets a connection in, which is idle then; `nil` if there is no slot for this peer.
    ///
    /// If all slots are taken, the connection that has been idle longest is closed for it: with `close`, which must not call back.
    func admit(_ connection: ObjectIdentifier, _ level: AccessLevel, close: @escaping () -> Void) -> Admission? {
        let admission: Admission
        if connections.take(level) || closeOldestIdle(.any, for: level) && connections.take(level) {
            admission = .any
        } else if healthConnections.take(level) || closeOldestIdle(.health, for: level) && healthConnections.take(level) {
            admission = .health
        } else {
            return nil
        }
        turn += 1
        members[connection] = Member(level: level, admission: admission, idleSince: turn, close: close)
        return admission
    }

    /// No whole request of it is there: it may be closed for another's sake.
    func becameIdle(_ connection: ObjectIdentifier) {
        turn += 1
        members[connection]?.idleSince = turn
    }

    /// A request of it is being answered.
    func becameBusy(_ connection: ObjectIdentifier) { members[connection]?.idleSince = nil }

    /// The connection is gone. More than once makes no difference.
    func leave(_ connection: ObjectIdentifier) {
        guard let member = members.removeValue(forKey: connection) else { return }
        switch member.admission {
        case .any: connections.give()
        case .health: healthConnections.give()
        }
    }

    /// No connection is closed for a peer of a lower level, nor for one that would still get no slot.
    private func closeOldestIdle(_ admission: Admission, for level: AccessLevel) -> Bool {
        let slots = admission == .any ? connections : healthConnections
        guard slots.isEnough(toGive: 1, for: level) else { return false }
        let idle = members.filter { $0.value.admission == admission && $0.value.level <= level && $0.value.idleSince != nil }
        guard let oldest = idle.min(by: { ($0.value.idleSince ?? 0) < ($1.value.idleSince ?? 0) }) else { return false }
        leave(oldest.key)
        oldest.value.close()
        return true
    }

    /// Counts a request; `nil` if too many are being answered.
    func beginRequest(_ level: AccessLevel, isHealth: Bool) -> RequestSlot? {
        if requests.take(level) { return .common }
        return isHealth && healthRequests.take(level) ? .health : nil
    }

    /// It is answered.
    func endRequest(_ slot: RequestSlot) {
        switch slot {
        case .common: requests.give()
        case .health: healthRequests.give()
        }
    }

    /// Counts body bytes; false if that is too many.
    func hold(bodyBytes count: Int, _ level: AccessLevel) -> Bool { bodyBytes.take(level, count) }

    /// The bytes are released.
    func release(bodyBytes count: Int) { bodyBytes.give(count) }

    /// Counts an answer's bytes; false if that is too many.
    func hold(answerBytes count: Int, _ level: AccessLevel) -> Bool {
        level == .administer ? rootAnswerBytes.take(level, count, orAlone: true) : answerBytes.take(level, count, orAlone: true)
    }

    /// The client has taken them, or is gone.
    func release(answerBytes count: Int, _ level: AccessLevel) {
        if level == .administer { rootAnswerBytes.give(count) } else { answerBytes.give(count) }
    }
}

/// An amount that clients take and give back. A part of it is reserved for administrators.
struct Quota {
    /// All of it.
    let most: Int
    /// What only administrators may have.
    let reserved: Int
    /// What is taken now.
    private(set) var taken = 0

    init(most: Int, reserved: Int) { (self.most, self.reserved) = (most, reserved) }

    /// Takes some; false if that would be more than there is for this level. `alone`: or if something is taken already.
    mutating func take(_ level: AccessLevel, _ count: Int = 1, orAlone alone: Bool = false) -> Bool {
        let bound = level == .administer ? most : most - reserved
        guard taken + count <= bound || alone && taken == 0 else { return false }
        taken += count
        return true
    }

    /// One more could be taken if so much were given back.
    func isEnough(toGive count: Int, for level: AccessLevel) -> Bool { taken - count < (level == .administer ? most : most - reserved) }

    /// Gives some back.
    mutating func give(_ count: Int = 1) { taken -= count }
}
