internal import Synchronization

/// The one queue of a hostile broker, and what clients did to it. All conversations share it.
final class Shelf: Sendable {
    private struct State {
        var messages: [StoredMessage]
        var settled: Set<Int> = []
        var violations: [String] = []
        var published: [[UInt8]] = []
    }

    private let state: Mutex<State>

    init(_ messages: [StoredMessage]) { state = Mutex(State(messages: messages)) }

    /// Places and messages of what nobody has acknowledged yet.
    var unsettled: [(number: Int, message: StoredMessage)] {
        state.withLock { state in state.messages.indices.filter { !state.settled.contains($0) }.map { ($0, state.messages[$0]) } }
    }

    var violations: [String] { state.withLock(\.violations) }
    var published: [[UInt8]] { state.withLock(\.published) }

    func settle(_ numbers: some Sequence<Int>) { state.withLock { $0.settled.formUnion(numbers) } }
    func publish(_ body: [UInt8]) { state.withLock { $0.published.append(body) } }
    func violated(_ text: String) { state.withLock { $0.violations.append(text) } }
}
