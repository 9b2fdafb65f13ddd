internal import Messages
internal import Settings

/// The answer to a look at the edges of a document, turned into what must be done about the obsolete ones.
enum EdgesAnswer {
    /// What was found.
    enum Found {
        case found([SweepBody])
        /// More edges than one answer may hold: see ``EdgePage``.
        case tooLarge
    }

    /// What to send; empty if no edge is obsolete.
    static func reply(_ answer: Answer, to sweep: EdgeSweep) -> Result<Found, RequestFailure> {
        if answer.isTooLarge { return .success(.tooLarge) }
        guard answer.status == 200 else {
            let error = ErrorAnswer(answer)
            return .failure(FailureVerdict.request(error.failure, error.fault))
        }
        var bodies: [SweepBody] = []
        do throws(ElementFailure) {
            var scanner = AnswerScanner(answer.body)
            var list: Range<Int>?
            try scanner.object { name, value in
                if answer.body.holds(AnswerName.edges, at: name) { list = value }
            }
            guard scanner.isAtEnd(), let list else { throw .malformed }
            let names = EdgeElement.Names(sweep)
            var elements = AnswerScanner(answer.body, from: list.lowerBound)
            try elements.array { scanner throws(ElementFailure) in
                let edge = try EdgeElement(next: &scanner, names, in: answer.body)
                guard try edge.isToGo(sweep, names, in: answer.body) else { return }
                try edge.add(to: &bodies, mark: sweep.plan.mark, in: answer.body)
            }
        } catch {
            return .failure(error.failure(of: answer, expecting: "edges of \(sweep.plan.vertex)"))
        }
        return .success(.found(bodies))
    }
}

/// One edge of an answer: where its members are.
struct EdgeElement {
    /// What to look for.
    struct Names {
        let key: [UInt8]
        let revision: [UInt8]
        let stamp: [UInt8]
        let quotedStamp: [UInt8]
        let version: [UInt8]?

        /// Those of an edge as it is stored.
        init(_ sweep: EdgeSweep) {
            (key, revision, stamp) = (AnswerName.key, AnswerName.revision, Array(EdgeSettings.stampAttribute.utf8))
            quotedStamp = Self.quoted(sweep.plan.stamp)
            version = sweep.versionAttribute.map { Array($0.utf8) }
        }

        /// Those of a row of ``EdgePage/query(for:)``.
        init(ofRowsFor sweep: EdgeSweep) {
            (key, revision, stamp) = (Array("key".utf8), Array("rev".utf8), Array("stamp".utf8))
            quotedStamp = Self.quoted(sweep.plan.stamp)
            version = sweep.versionAttribute.map { _ in Array("version".utf8) }
        }

        private static func quoted(_ stamp: String) -> [UInt8] { Array("\"\(stamp)\"".utf8) }
    }

    private var key: Range<Int>?
    private var revision: Range<Int>?
    private var stamp: Range<Int>?
    private var version: UInt64?

    init(next scanner: inout AnswerScanner, _ names: Names, in body: [UInt8]) throws(ElementFailure) {
        var element = Self()
        try scanner.object { name, value in
            if let version = names.version, body.isName(version, at: name) { element.version = body.wholeNumber(at: value) }
            switch name.count {
            case names.key.count where body.holds(names.key, at: name): element.key = value
            case names.revision.count where body.holds(names.revision, at: name): element.revision = value
            case names.stamp.count where body.holds(names.stamp, at: name): element.stamp = value
            default: break
            }
        }
        self = element
    }

    private init() {}

    func isToGo(_ sweep: EdgeSweep, _ names: Names, in body: [UInt8]) throws(ElementFailure) -> Bool {
        // Another processor's edge.
        guard let stamp, body.holds(names.quotedStamp, at: stamp) else { return false }
        switch sweep.scope {
        case .below(let bound, _): return version.map { $0 < bound } ?? true
        case .besides(let kept):
            guard let key, key.count > 2 else { throw .malformed }
            return !kept.contains(String(decoding: body[key.dropFirst().dropLast()], as: UTF8.self))
        }
    }

    /// To the last of `bodies`, or to a new one.
    func add(to bodies: inout [SweepBody], mark: [UInt8]?, in body: [UInt8]) throws(ElementFailure) {
        guard let key, let revision else { throw .malformed }
        if bodies.last.map({ $0.count == SweepBody.bound }) ?? true { bodies.append(SweepBody()) }
        bodies[bodies.count - 1].add(key: body[key], revision: body[revision], mark: mark)
    }
}

/// The answer to removing or marking edges by their revisions, as one outcome.
enum SweepAnswer {
    static func reply(_ answer: Answer, expecting count: Int) -> SweepReply {
        guard (200...202).contains(answer.status) else {
            let error = ErrorAnswer(answer)
            return .failure(FailureVerdict.request(error.failure, error.fault))
        }
        var outcome = Outcome.written
        do throws(ElementFailure) {
            var scanner = AnswerScanner(answer.body)
            var found = 0
            try scanner.array { scanner throws(ElementFailure) in
                found += 1
                var error = ElementError()
                var isError = false
                try scanner.object { name, value in
                    if answer.body.holds(AnswerName.error, at: name) { isError = answer.body.holds(AnswerName.true, at: value) }
                    error.note(name, value, in: answer.body)
                }
                guard isError, outcome == .written else { return }
                let (failure, fault) = error.reading(answer.body)
                // Changed since it was looked at, by whom must be looked at. Gone is as good as removed, and there is nothing to mark.
                outcome =
                    fault.errorNum == ErrorNumber.conflict
                    ? .conflict(fault) : try FailureVerdict.element(failure, isRemoval: true, fault)
            }
            guard scanner.isAtEnd(), found == count else { throw .malformed }
        } catch {
            return .failure(error.failure(of: answer, expecting: count))
        }
        return .success(outcome)
    }
}

extension EdgeSweep {
    /// Where edges have the version that decides whether they are obsolete; `nil` if none does.
    var versionAttribute: String? { if case .below(_, let attribute) = scope { attribute } else { nil } }
}
