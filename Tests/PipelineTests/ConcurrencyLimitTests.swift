import Messages
import Schedules
import Testing

@testable import Pipeline

/// A database as a queueing model under a virtual clock, kept busy by a pipeline that always has 3,000 documents: those that are not in
/// flight wait, and leave together, 500 at most, when the window lets a request go.
private struct Model {
    /// How long a request takes that has a server to itself.
    static func work(_ documents: Int) -> Double { 0.0003 + 0.00002 * Double(documents) }

    enum Database {
        /// So many requests at once, others wait.
        case servers(Int)
        /// One at a time, and each that is there at the same time makes it slower: threads that fight for a lock.
        case convoy
    }
    private struct Request {
        let done: Double
        let documents: Int
        let departure: ConcurrencyLimit.Departure
    }

    static let most = 4
    var database: Database
    var window: ConcurrencyLimit?
    private var random = SplitMix(seed: 1)
    private let start = ContinuousClock.now
    private(set) var time = 0.0
    private var freeAt = Array(repeating: 0.0, count: 16)
    private var inFlight: [Request] = []
    private var waiting = 3_000
    private(set) var documents = 0
    private(set) var requests = 0
    /// The window after each answer.
    private(set) var windows: [Int] = []

    /// `window`: nil is one that never changes.
    init(_ database: Database, window: ConcurrencyLimit? = ConcurrencyLimit(most: Model.most)) {
        self.database = database
        self.window = window
    }

    mutating func run(answers: Int) {
        for _ in 0..<answers {
            while inFlight.count < window?.current ?? Self.most, waiting > 0 { send() }
            let next = inFlight.indices.min { inFlight[$0].done < inFlight[$1].done } ?? 0
            let request = inFlight.remove(at: next)
            time = request.done
            waiting += request.documents
            documents += request.documents
            requests += 1
            let now = start + .seconds(time)
            window?.measure(request.departure, documents: request.documents, at: now)
            window?.answered(queueTime: .zero)
            windows.append(window?.current ?? Self.most)
        }
    }

    private mutating func send() {
        let count = min(500, waiting)
        waiting -= count
        // No two requests take quite the same.
        var work = Self.work(count) * Double.random(in: 0.85...1.15, using: &random)
        var parallel = 1
        switch database {
        case .servers(let count): parallel = count
        case .convoy: work *= 1 + 0.5 * Double(inFlight.count)
        }
        let server = (0..<parallel).min { freeAt[$0] < freeAt[$1] } ?? 0
        freeAt[server] = max(freeAt[server], time) + work
        let now = start + .seconds(time)
        let departure = window?.sent(inFlight: inFlight.count + 1, at: now)
        inFlight.append(
            Request(done: freeAt[server], documents: count, departure: departure ?? ConcurrencyLimit(most: 1).departure(at: now)))
    }

    /// Documents a second over the next answers.
    mutating func throughput(answers: Int) -> Double {
        let (documents, time) = (documents, time)
        run(answers: answers)
        return Double(self.documents - documents) / (self.time - time)
    }

    /// Answers out of the last ones after which the window was this, as a share.
    func share(of range: ClosedRange<Int>, last count: Int) -> Double {
        Double(windows.suffix(count).count { range.contains($0) }) / Double(count)
    }
}

extension ConcurrencyLimit {
    fileprivate func departure(at now: ContinuousClock.Instant) -> Departure {
        var copy = self
        return copy.sent(inFlight: 1, at: now)
    }
}

@Suite("The window of requests in flight")
struct SendWindowTests {
    @Test("A database that does as many requests at once as there are connections is kept busy with all of them")
    func fast() {
        var model = Model(.servers(8))
        var open = Model(.servers(8), window: nil)
        #expect(model.throughput(answers: 4_000) > 0.95 * open.throughput(answers: 4_000))
        #expect(model.share(of: 4...4, last: 2_000) > 0.95, "but for measuring what a request takes alone")
    }

    @Test("A database that does one request at a time sees two, one of them waiting, and larger ones; nothing is lost by that")
    func serial() {
        var model = Model(.servers(1))
        var open = Model(.servers(1), window: nil)
        model.run(answers: 400)
        #expect(model.throughput(answers: 2_000) > 0.97 * open.throughput(answers: 2_000))
        #expect(model.share(of: 1...2, last: 2_000) > 0.95)
    }

    @Test("It does not flutter", arguments: [1, 2, 8])
    func calm(servers: Int) {
        var model = Model(.servers(servers))
        model.run(answers: 4_000)
        let steady = model.windows.suffix(3_000)
        let changes = zip(steady, steady.dropFirst()).count { $0 != $1 }
        #expect(changes < 150, "3,000 answers; measuring alone changes it twice in 64 rounds")
    }

    @Test("Where more requests at once make all of them slower there is but one or two, and more is done")
    func convoy() {
        var model = Model(.convoy)
        var open = Model(.convoy, window: nil)
        model.run(answers: 400)
        #expect(model.throughput(answers: 2_000) > 1.3 * open.throughput(answers: 2_000))
        #expect(model.share(of: 1...2, last: 2_000) > 0.95)
    }

    @Test("When a database recovers the window opens again")
    func recovers() {
        var model = Model(.servers(1))
        model.run(answers: 1_000)
        #expect(model.share(of: 1...2, last: 100) > 0.9)
        model.database = .servers(8)
        model.run(answers: 2_000)
        #expect(model.share(of: 4...4, last: 1_000) > 0.95)
        model.database = .servers(1)
        model.run(answers: 1_000)
        #expect(model.share(of: 1...2, last: 500) > 0.95)
    }

    @Test("While there is less to do than the window allows, times tell nothing about it")
    func lessToDo() {
        var window = ConcurrencyLimit(most: 4)
        var now = ContinuousClock.now
        for count in 1...1_000 {
            let departure = window.sent(inFlight: 1 + count % 3, at: now)
            now += .milliseconds(count % 100)
            window.measure(departure, documents: 1, at: now)
            window.answered(queueTime: .zero)
            #expect(window.current == 4)
        }
    }

    @Test("A long queue in the server halves it at once, whatever reply times say; then it opens by one with each answer")
    func queueTime() {
        var window = ConcurrencyLimit(most: 8)
        let queueTimes: [Duration] = [.milliseconds(100), .seconds(1), .zero, .zero]
        let windows = queueTimes.map { queueTime in
            window.answered(queueTime: queueTime)
            return window.current
        }
        #expect(windows == [4, 2, 3, 4])
        window.restart()
        #expect(window.current == 1)
    }
}
