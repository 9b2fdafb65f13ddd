// The escapes of URIs (RFC 3986 section 2.1), for paths, queries, user names and passwords.

// Not of every StringProtocol: requests are made often, and generic code of another module is not specialized.
extension String {
    /// The text as one path segment or one value of a query: all but the unreserved characters (RFC 3986 section 2.3) is escaped, `/` as `%2F`.
    package var percentEncoded: String {
        // Names of databases, collections and attributes seldom need an escape.
        guard !utf8.allSatisfy({ $0.isUnreserved }) else { return self }
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        for byte in utf8 {
            if byte.isUnreserved {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension StringProtocol {
    /// The text behind the escapes; `nil` if an escape is broken, or if the bytes are not UTF-8. A `+` stays a `+`.
    package var percentDecoded: String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexDigitValue, let low = rest.popFirst()?.hexDigitValue else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
