/// The parts of an endpoint's URI (RFC 3986): `scheme://user:password@host:port/path`, percent-decoded.
struct EndpointURI {
    let scheme: String
    let username: String?
    let password: String?
    /// Without brackets.
    let host: String
    let port: UInt16?
    /// The whole URI as an error may show it.
    let shown: String
    /// What follows the first slash after the authority, still encoded; nil without a slash.
    let path: String?

    /// Parses `value`, whose scheme must be one of `schemes`. Mistakes never show what may be a password.
    init(_ value: ConfigurationValue, schemes: [String]) throws(Mistake) {
        guard case .string(let text) = value.content else { throw Mistake(value: nil, problem: "must be a URI in quotes") }
        let shown = JSONText.quoted(Self.redacted(text))
        self.shown = shown
        func mistake(_ problem: String) -> Mistake { Mistake(value: shown, problem: problem) }

        let expectedScheme = schemes.map { "\($0)://" }.joined(separator: " or ")
        guard let separator = text.firstRange(of: "://") else { throw mistake("must start with \(expectedScheme)") }
        scheme = text[..<separator.lowerBound].lowercased()
        guard schemes.contains(scheme) else { throw mistake("must start with \(expectedScheme)") }

        var rest = text[separator.upperBound...]
        guard !rest.contains("?"), !rest.contains("#") else {
            throw mistake(
                "must not have parameters after ? or #: they are keys of their own here, and in a password those are written %3F and %23")
        }
        if let slash = rest.firstIndex(of: "/") {
            path = String(rest[rest.index(after: slash)...])
            rest = rest[..<slash]
        } else {
            path = nil
        }
        guard path?.contains("@") != true else { throw mistake("has a / before the @: in a user name or password it is written %2F") }

        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let username = percentDecoded(parts[0]), let password = percentDecoded(parts.count > 1 ? parts[1] : "") else {
                throw mistake(
                    "has a % in its user name or password that is not followed by two hexadecimal digits (a % itself is written %25)")
            }
            guard !username.isEmpty else { throw mistake("has an empty user name before the @") }
            self.username = username
            self.password = parts.count > 1 ? password : nil
            rest = rest[rest.index(after: at)...]
        } else {
            username = nil
            password = nil
        }

        var port: Substring?
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { throw mistake("has no ] after its IPv6 address") }
            host = String(rest[rest.index(after: rest.startIndex)..<end])
            guard host.contains(":"), host.utf8.allSatisfy(Self.isInAddress) else { throw mistake("has no IPv6 address between [ and ]") }
            rest = rest[rest.index(after: end)...]
            if rest.first == ":" {
                port = rest.dropFirst()
            } else if !rest.isEmpty {
                throw mistake("has something other than a :port after the ]")
            }
        } else {
            let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            host = parts.first.map { String($0) } ?? ""
            guard !host.isEmpty else { throw mistake("has no host") }
            guard host.utf8.allSatisfy(Self.isInName) else {
                throw mistake("has a host with characters that no host name has (an IPv6 address stands in [ ])")
            }
            port = parts.count > 1 ? parts[1] : nil
        }
        if let port {
            guard let number = UInt16(port), number > 0 else {
                throw mistake("has a port that is not a number from 1 to 65535 (an IPv6 address stands in [ ])")
            }
            self.port = number
        } else {
            self.port = nil
        }
    }

    /// `text` for people: user and password, and what stands where a port belongs without being one, are left out.
    private static func redacted(_ text: String) -> String {
        guard let separator = text.firstRange(of: "://") else { return "…" }
        var rest = text[separator.upperBound...]
        var shown = String(text[..<separator.upperBound])
        if rest.contains("?") || rest.contains("#") { return shown + "…" }
        if let at = rest.lastIndex(of: "@") {
            shown += "***@"
            rest = rest[rest.index(after: at)...]
        }
        // `amqp://guest:geheim`: the host was forgotten, and what looks like a port is the password.
        if rest.first != "[", let colon = rest.firstIndex(of: ":") {
            let port = rest[rest.index(after: colon)...].prefix { $0 != "/" }
            if !port.allSatisfy({ $0.isASCII && $0.isNumber }) { return shown + rest[...colon] + "…" }
        }
        return shown + rest
    }

    private static func isInName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._~".utf8.contains(byte)
        }
    }

    /// Hexadecimal digits, colons and dots, and a zone after `%`.
    private static func isInAddress(_ byte: UInt8) -> Bool { isInName(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "%") }
}

/// `text` with its percent-escapes decoded; nil if one is malformed, or they do not make up UTF-8.
func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%") {
            guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal) else { return nil }
            bytes.append(high << 4 | low)
        } else {
            bytes.append(byte)
        }
    }
    return String(validating: bytes, as: UTF8.self)
}

private func hexadecimal(_ byte: UInt8) -> UInt8? {
    Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
}
