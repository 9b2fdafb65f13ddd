extension Conversion<String> {
    /// Unique name of a processor: safe in URLs, metrics and shells.
    static var processorName: Self {
        Conversion { value throws(Mistake) in
            guard case .string(let text) = value.content, (1...64).contains(text.utf8.count), text.utf8.allSatisfy(isInProcessorName) else {
                throw value.mistake("must be 1 to 64 letters (A to Z, a to z), digits, -, _ or .")
            }
            return text
        }
    }

    /// A collection's name (ArangoDB.md section 6): a traditional one, or an extended one of UTF-8 text, which ArangoDB 3.12 accepts by default.
    /// Names of system collections are refused: Warren has no business there. That the text is in normal form C is left to the server.
    static var collectionName: Self { databaseObject("collection", maximumBytes: 256) }

    /// A graph's name, by the same rules: it becomes the key of a document.
    static var graphName: Self { databaseObject("graph", maximumBytes: 254) }

    /// A database's name, by the same rules; `_system` is one too.
    static var databaseName: Self { databaseObject("database", maximumBytes: 128, besides: "_system") }

    /// An attribute that Warren writes: not one that ArangoDB keeps itself.
    static var attributeName: Self {
        Conversion { value throws(Mistake) in
            let text = try text(bytes: 1...256).convert(value)
            guard !["_key", "_id", "_rev"].contains(text) else {
                throw value.mistake("must not be _key, _id or _rev: ArangoDB keeps those itself")
            }
            return text
        }
    }

    /// An attribute of an edge.
    static var edgeAttributeName: Self {
        Conversion { value throws(Mistake) in
            let text = try attributeName.convert(value)
            guard !["_from", "_to"].contains(text) else {
                throw value.mistake("must not be _from or _to: those are the edge's ends")
            }
            return text
        }
    }

    /// Where a Unix socket can be: `sun_path` holds 108 bytes with the NUL at its end (unix(7)).
    static var socketPath: Self {
        Conversion { value throws(Mistake) in
            guard case .string(let text) = value.content, text.hasPrefix("/"), text.utf8.count <= 107 else {
                throw value.mistake("must be an absolute path of at most 107 bytes")
            }
            return text
        }
    }

    private static func databaseObject(_ kind: String, maximumBytes: Int, besides exception: String? = nil) -> Self {
        Conversion { value throws(Mistake) in
            guard case .string(let text) = value.content else { throw value.mistake("must be text in quotes") }
            let scalars = text.unicodeScalars
            guard text != exception else { return text }
            guard let first = scalars.first, let last = scalars.last, text.utf8.count <= maximumBytes,
                !"_.-0123456789 ".unicodeScalars.contains(first), last != " ",
                scalars.allSatisfy({ $0 != "/" && $0 != ":" && $0.properties.generalCategory != .control })
            else {
                throw value.mistake(
                    "must be a \(kind) name: a letter, then letters, digits, _ or -, at most \(maximumBytes) bytes "
                        + "(extended names: other text without /, : and control characters)")
            }
            return text
        }
    }
}

private func isInProcessorName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "-_.".utf8.contains(byte)
    }
}

extension Conversion<SocketMode> {
    /// Permission bits in octal. The owner may always use the socket, or Warren could not be administered.
    static var socketMode: Self {
        Conversion { value throws(Mistake) in
            guard case .string(let text) = value.content, (3...4).contains(text.utf8.count), let bits = UInt32(text, radix: 8),
                (0o600...0o777).contains(bits)
            else { throw value.mistake("must be permission bits in octal, in quotes, from \"0600\" to \"0777\"") }
            return SocketMode(bits)
        }
    }
}
