internal import Formats
internal import Settings

/// How requests authenticate, and when to log in (ArangoDB.md section 9). Decides; sends nothing.
struct LoginSession {
    /// What a request needs before it can leave.
    enum Need: Equatable {
        /// This value of `Authorization`.
        case header(Secret)
        /// A login first.
        case login
    }

    /// A session token and its times.
    private struct Token {
        let header: Secret
        let expires: ContinuousClock.Instant?
        var renewal: ContinuousClock.Instant?
    }

    private let fixedHeader: Secret?
    private var token: Token?

    init(_ settings: ArangoDBSettings) {
        if let token = settings.bearer {
            fixedHeader = Secret("bearer \(token.revealed)")
        } else if settings.authentication == .basic {
            fixedHeader = Secret("Basic " + Base64.encode("\(settings.username):\(settings.passphrase.revealed)".utf8))
        } else {
            fixedHeader = nil
        }
    }

    /// What a request that leaves now needs.
    func need(now: ContinuousClock.Instant) -> Need {
        if let fixedHeader { return .header(fixedHeader) }
        guard let token, token.renewal.map({ now < $0 }) ?? true else { return .login }
        return .header(token.header)
    }

    /// The header of the session at hand, even if it should have been renewed by now; nil once it is over.
    func usable(now: ContinuousClock.Instant) -> Secret? {
        guard let token, token.expires.map({ now < $0 }) ?? true else { return nil }
        return token.header
    }

    /// A login succeeded. The token is renewed after four fifths of its lifetime; `nil` if only once it is refused.
    mutating func loggedIn(token text: String, lifetime: Duration?, now: ContinuousClock.Instant) {
        token = Token(header: Secret("bearer \(text)"), expires: lifetime.map { now + $0 }, renewal: lifetime.map { now + $0 * 4 / 5 })
    }

    /// A renewal failed while the old token holds: the next try is a little later.
    mutating func renewalFailed(now: ContinuousClock.Instant) { token?.renewal = now + .seconds(5) }

    /// A request with this header was answered 401. True: a login may help.
    mutating func refused(_ header: Secret) -> Bool {
        guard fixedHeader == nil else { return false }
        // Another request may have logged in since.
        if token?.header == header { token = nil }
        return true
    }
}
