internal import FoundationEssentials
internal import Messages
internal import Settings

/// Request headers with their proof of identity.
struct AuthorizationHeader {
    let secret: Secret
    let list: StringList

    init(_ secret: Secret) {
        self.secret = secret
        list = StringList(Self.common + ["Authorization: \(secret.revealed)"])
    }

    /// `Expect:` without a value keeps libcurl from asking before it sends a large body.
    static let common = ["Content-Type: application/json", "Accept: application/json", "User-Agent: warren", "Expect:"]
}

/// Obtains and renews what ``LoginSession`` asks for. Lives on the store's thread.
final class Authorization {
    private let settings: ArangoDBSettings
    private let transfer: Transfer
    private let anonymous = StringList(AuthorizationHeader.common)
    private var session: LoginSession
    private var current: AuthorizationHeader?
    private var isLoggingIn = false
    /// Of the latest login; nil if it succeeded.
    private var failure: RequestFailure?
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ settings: ArangoDBSettings, transfer: Transfer) throws(StoreError) {
        guard settings.token?.revealed.isHeaderValue ?? true else { throw .unsendable("the token") }
        self.settings = settings
        self.transfer = transfer
        session = LoginSession(settings)
    }

    /// Headers for a request that leaves now. Logs in first if necessary; requests that come meanwhile wait for the same login.
    func header(through exchange: RequestExecutor) async -> Result<AuthorizationHeader, RequestFailure> {
        if case .header(let secret) = session.need(now: .now) { return .success(list(for: secret)) }
        if isLoggingIn {
            await loginEnds()
        } else {
            isLoggingIn = true
            failure = await logIn(through: exchange)
            isLoggingIn = false
            let waiters = waiting
            waiting = []
            for waiter in waiters { waiter.resume() }
        }
        if let secret = session.usable(now: .now) { return .success(list(for: secret)) }
        return .failure(failure ?? .configuration(Fault(message: "ArangoDB gave a session token that has already expired")))
    }

    /// Returns when the login that is under way has ended.
    private func loginEnds() async {
        await withCheckedContinuation { waiter in
            // It may have ended on the way in here: see `ActorThread`.
            guard isLoggingIn else { return waiter.resume() }
            waiting.append(waiter)
        }
    }

    /// A request with these headers was answered 401. True: another try may help.
    func refused(_ header: AuthorizationHeader) -> Bool { session.refused(header.secret) }

    private func list(for secret: Secret) -> AuthorizationHeader {
        if let current, current.secret == secret { return current }
        let header = AuthorizationHeader(secret)
        current = header
        return header
    }

    private func logIn(through exchange: RequestExecutor) async -> RequestFailure? {
        let credentials = ["username": settings.username, "password": settings.passphrase.revealed]
        guard let body = try? JSONEncoder().encode(credentials) else {
            return .configuration(Fault(message: "user name or password cannot be sent as JSON"))
        }
        transfer.body.replace(with: Array(body))
        defer { transfer.rest() }
        let result = await exchange.run(Self.login, over: transfer, headers: anonymous).flatMap { answer in
            LoginAnswer.token(answer, username: settings.username)
        }
        switch result {
        case .success(let token):
            session.loggedIn(token: token, lifetime: TokenLifetime.of(token: token, now: Date.now.timeIntervalSince1970), now: .now)
            return nil
        case .failure(let failure):
            session.renewalFailed(now: .now)
            // Whatever became of the login: the request that waits for it has not been sent.
            if case .unknown(let fault) = failure { return .outage(fault) }
            return failure
        }
    }

    /// Changes nothing but the server's idea of who is there.
    static let login = Request(.post, "/_open/auth", isReadOnly: true, answerLimit: 1 << 20)
}

extension String {
    /// True if an HTTP header can carry it: visible ASCII and spaces.
    var isHeaderValue: Bool { utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f } }
}
