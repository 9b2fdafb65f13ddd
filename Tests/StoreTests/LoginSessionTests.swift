import Formats
import Settings
import Testing

@testable import Store

private let now = ContinuousClock.now

private func session(_ change: (inout ArangoDBSettings) -> Void) -> LoginSession {
    var settings = ArangoDBSettings()
    change(&settings)
    return LoginSession(settings)
}

@Suite("When to log in (ArangoDB.md section 9)")
struct SessionTests {
    @Test("Basic authentication and a ready-made token need no login, and a 401 cannot be mended by one")
    func fixed() {
        var basic = session { ($0.username, $0.password) = ("Aladdin", Secret("open sesame")) }
        #expect(basic.need(now: now) == .header(Secret("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")))
        let basicMayLogIn = basic.refused(Secret("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="))
        #expect(!basicMayLogIn)
        // {"alg":"HS256"}
        var token = session { ($0.token, $0.authentication) = (Secret("eyJhbGciOiJIUzI1NiJ9.e30.c2ln"), .jwt) }
        #expect(token.need(now: now) == .header(Secret("bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln")))
        let tokenMayLogIn = token.refused(Secret("bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln"))
        #expect(!tokenMayLogIn)
    }

    @Test(
        "Any other token is an access token, which stands in for the password", arguments: ["v1.7b22.a1b2", "abc", "e30", "e30.", "%.%.%"])
    func accessToken(text: String) {
        let basic = session { ($0.username, $0.password, $0.token) = ("u", Secret("p"), Secret(text)) }
        #expect(basic.need(now: now) == .header(Secret("Basic " + Base64.encode("u:\(text)".utf8))))
        #expect(session { ($0.token, $0.authentication) = (Secret(text), .jwt) }.need(now: now) == .login)
    }

    @Test("A session is renewed after four fifths of its lifetime, and its token still serves until the end")
    func renewal() {
        var session = session { $0.authentication = .jwt }
        #expect(session.need(now: now) == .login)
        session.loggedIn(token: "t", lifetime: .seconds(100), now: now)
        #expect(session.need(now: now + .seconds(79)) == .header(Secret("bearer t")))
        #expect(session.need(now: now + .seconds(80)) == .login)
        #expect(session.usable(now: now + .seconds(99)) == Secret("bearer t"))
        #expect(session.usable(now: now + .seconds(100)) == nil)
    }

    @Test("A renewal that fails is tried again a little later, not with every request")
    func failedRenewal() {
        var session = session { $0.authentication = .jwt }
        session.loggedIn(token: "t", lifetime: .seconds(100), now: now)
        session.renewalFailed(now: now + .seconds(80))
        #expect(session.need(now: now + .seconds(84)) == .header(Secret("bearer t")))
        #expect(session.need(now: now + .seconds(85)) == .login)
    }

    @Test("A refused token is forgotten, unless another request has renewed it since")
    func refusal() {
        var session = session { $0.authentication = .jwt }
        session.loggedIn(token: "old", lifetime: nil, now: now)
        #expect(session.need(now: now + .seconds(1_000_000)) == .header(Secret("bearer old")))
        let sessionMayLogIn = session.refused(Secret("bearer old"))
        #expect(sessionMayLogIn)
        #expect(session.need(now: now) == .login)
        session.loggedIn(token: "new", lifetime: nil, now: now)
        let mayTryAgain = session.refused(Secret("bearer old"))
        #expect(mayTryAgain)
        #expect(session.need(now: now) == .header(Secret("bearer new")))
    }

    // {"alg":"HS256","typ":"JWT"} and the claims, without padding.
    @Test(
        "A token's lifetime runs from its issue to its expiry, whatever our clock says",
        arguments: [
            (#"{"exp":4600,"iat":1000}"#, Duration.seconds(3600)), (#"{"exp":4600}"#, .seconds(600)), (#"{"iat":1000}"#, nil),
            (#"{"exp":900,"iat":1000}"#, .zero), (#"{"exp":"x"}"#, nil), ("nonsense", nil),
        ])
    func lifetime(claims: String, expected: Duration?) {
        let payload = Base64.encode(claims.utf8).filter { $0 != "=" }
        #expect(TokenLifetime.of(token: "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.\(payload).sig", now: 4000) == expected)
    }

    @Test("A token that is no JWT has no lifetime that we know", arguments: ["", "abc", "a.b", "a.b.c", "..", "a.%%%.c"])
    func opaque(token: String) {
        #expect(TokenLifetime.of(token: token, now: 0) == nil)
    }
}
