internal import Formats
internal import FoundationEssentials

/// How long a JSON Web Token (RFC 7519) holds, by its own claims.
enum TokenLifetime {
    private struct Claims: Decodable {
        let exp: Double?
        let iat: Double?
    }

    /// From issue to expiry, so that a clock that is wrong here or there does not matter; from `now` (seconds since 1970) if the token has no time of
    /// issue. `nil` if it has no expiry.
    static func of(token: String, now: Double) -> Duration? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = Base64.decodeURLSafe(parts[1]),
            let claims = try? JSONDecoder().decode(Claims.self, from: Data(payload)), let expiry = claims.exp
        else { return nil }
        let seconds = expiry - (claims.iat ?? now)
        return seconds.isFinite ? .seconds(min(max(seconds, 0), 366 * 86_400)) : nil
    }
}
