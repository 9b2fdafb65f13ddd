internal import FoundationEssentials
internal import Messages

/// What an experiment showed, and what came back.
enum Judgement: Equatable, Sendable {
    /// It is as assumed.
    case proven(String)
    /// It is not.
    case failed(String)
    /// Nothing was shown: the server cannot do it at present.
    case notProven(String)
    /// Nothing was shown: the user may not do it.
    case notPermitted(String)

    var verdict: ProofRow.Verdict {
        switch self {
        case .proven: .proven
        case .failed: .failed
        case .notProven, .notPermitted: .notProven
        }
    }

    var text: String {
        switch self {
        case .proven(let text), .failed(let text), .notProven(let text), .notPermitted(let text): text
        }
    }

    var isLackOfRights: Bool { if case .notPermitted = self { true } else { false } }
}

extension Judgement {
    /// All must be proven. A part that failed counts more than one that showed nothing.
    static func all(_ parts: [Judgement]) -> Judgement {
        parts.first { $0.verdict == .failed } ?? parts.first { $0.verdict != .proven }
            ?? .proven(parts.map(\.text).filter { !$0.isEmpty }.joined(separator: "; "))
    }

    /// Proven or failed by a condition.
    static func check(_ holds: Bool, _ text: String, else other: @autoclosure () -> String) -> Judgement {
        holds ? .proven(text) : .failed(other())
    }

    /// Why an answer shows nothing, whatever was asked: rights, or a server that cannot at present. Nil: it shows something.
    static func obstacle(_ answer: Answer) -> Judgement? {
        guard answer.status >= 400 else { return nil }
        let error = ErrorAnswer(answer)
        switch error.failure {
        case .configuration where [401, 403].contains(answer.status): return .notPermitted("\(error.fault)")
        case .collection where answer.status == 403: return .notPermitted("\(error.fault)")
        case .outage, .collection, .unknown: return .notProven("\(error.fault)")
        // Also that a collection is missing, for example: that is what a coordinator of another server answers.
        case .configuration, .conflict, .refused, .missing, .transient: return nil
        }
    }

    /// An answer that has to be an error of this number.
    static func error(_ answer: Answer, status: Int, _ errorNum: Int) -> Judgement {
        let fault = ErrorAnswer(answer).fault
        let isSo = answer.status == status && fault.errorNum == errorNum
        return check(isSo, "\(status)/\(errorNum)", else: "\(answer.summary) instead of \(status)/\(errorNum)")
    }

    /// An answer that has to be a success.
    static func success(_ answer: Answer, _ statuses: Set<Int>) -> Judgement {
        let expected = statuses.sorted().map(String.init).joined(separator: " or ")
        return check(statuses.contains(answer.status), "\(answer.status)", else: "\(answer.summary) instead of \(expected)")
    }
}

extension Answer {
    /// `HTTP 201`, or `HTTP 400: invalid … (errorNum 1221)`.
    var summary: String { status < 400 ? "HTTP \(status)" : "HTTP \(status): \(ErrorAnswer(self).fault)" }

    /// The body decoded as a type; `nil` if it is of another one.
    func content<Content: Decodable>(as type: Content.Type) -> Content? { try? JSONDecoder().decode(type, from: Data(body)) }
}
