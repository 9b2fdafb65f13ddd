internal import Messages

/// The publications of a channel that the broker has not answered yet.
///
/// In confirm mode the broker counts the publications of a channel from 1, and answers with their numbers. A message that no queue takes comes back
/// before its confirm, but without a number.
struct ConfirmLedger<Ticket> {
    /// A publication and its result.
    typealias Settlement = (ticket: Ticket, result: Result<Void, PublishFailure>)

    private struct Entry {
        let number: UInt64
        let ticket: Ticket
        let route: Route
        let body: ArraySlice<UInt8>
        let properties: [UInt8]
        let deadline: ContinuousClock.Instant
        var returned: String?
    }

    // Ordered by number. Short: the window bounds it.
    private var entries: [Entry] = []
    private var lastNumber: UInt64 = 0

    /// Publications without an answer.
    var count: Int { entries.count }
    /// Their body bytes.
    private(set) var bodyBytes = 0
    /// When the first of them is given up. Deadlines rise in the order of sending.
    var deadline: ContinuousClock.Instant? { entries.first?.deadline }

    /// A publication is being sent.
    mutating func sent(_ ticket: Ticket, route: Route, body: ArraySlice<UInt8>, properties: [UInt8], deadline: ContinuousClock.Instant) {
        lastNumber += 1
        entries.append(Entry(number: lastNumber, ticket: ticket, route: route, body: body, properties: properties, deadline: deadline))
        bodyBytes += body.count
    }

    /// `basic.return`. It identifies its message only by content. In doubt, all candidates count as returned, because Warren may publish twice, but
    /// must not lose a message.
    mutating func returned(_ message: ReturnedMessage) {
        let candidates = entries.indices.filter { entries[$0].route == message.route && entries[$0].returned == nil }
        let same = candidates.first { entries[$0].body == message.body && entries[$0].properties[...] == message.encodedProperties }
        for index in same.map({ [$0] }) ?? candidates { entries[index].returned = "\(message.replyCode) \(message.replyText)" }
    }

    /// `basic.ack`: the broker has these messages, except those that it returned.
    mutating func acknowledged(_ number: UInt64, multiple: Bool) -> [Settlement] {
        settle({ multiple ? $0.number <= number : $0.number == number }) { $0.returned.map { .failure(.returned($0)) } ?? .success(()) }
    }

    /// `basic.nack`: the broker does not have these messages.
    mutating func refused(_ number: UInt64, multiple: Bool) -> [Settlement] {
        settle({ multiple ? $0.number <= number : $0.number == number }) { .failure($0.returned.map(PublishFailure.returned) ?? .nacked) }
    }

    /// Gives up publications whose deadline is over.
    mutating func expired(now: ContinuousClock.Instant) -> [Settlement] {
        settle({ $0.deadline <= now }) { _ in .failure(.timedOut) }
    }

    /// The channel is gone. Takes out its publications, in order, without settling them.
    mutating func takeUnsettled() -> [Ticket] {
        defer { self = ConfirmLedger() }
        return entries.map(\.ticket)
    }

    /// The channel is gone. The next one counts from 1 again.
    mutating func channelLost(_ error: BrokerError) -> [Settlement] {
        defer { lastNumber = 0 }
        return settle({ _ in true }) { _ in .failure(.connection(error)) }
    }

    private mutating func settle(_ isSettled: (Entry) -> Bool, _ result: (Entry) -> Result<Void, PublishFailure>) -> [Settlement] {
        let settled = entries.filter(isSettled)
        entries.removeAll(where: isSettled)
        bodyBytes -= settled.reduce(0) { $0 + $1.body.count }
        return settled.map { ($0.ticket, result($0)) }
    }
}
