/// The properties of a message as AMQP encodes them (AMQP 0-9-1, 2.3.5.2 and 1.8), split where something has to be changed.
///
/// Everything else stays byte for byte as it came: nothing is decoded that need not be.
struct MessageProperties {
    /// Headers that the broker would act upon a second time: a message goes to the queues named in them as well, and then counts as routed even if
    /// its own queue is missing. Kept under these names.
    static let harmlessNames = ["CC": "warren-cc", "BCC": "warren-bcc"]
    /// Where a user id is kept that is not ours: the broker refuses to take it from us.
    static let userIDHeader = "warren-user-id"
    /// Where the time to live is kept of a message that must not expire.
    static let expirationHeader = "warren-expiration"

    private enum Flag {
        static let contentType: UInt16 = 1 << 15
        static let contentEncoding: UInt16 = 1 << 14
        static let headers: UInt16 = 1 << 13
        static let deliveryMode: UInt16 = 1 << 12
        static let priority: UInt16 = 1 << 11
        static let correlationAndReplyTo: [UInt16] = [1 << 10, 1 << 9]
        static let expiration: UInt16 = 1 << 8
        static let messageID: UInt16 = 1 << 7
        static let timestamp: UInt16 = 1 << 6
        static let type: UInt16 = 1 << 5
        static let userID: UInt16 = 1 << 4
        static let applicationAndCluster: [UInt16] = [1 << 3, 1 << 2]
        static let more: UInt16 = 1
    }

    private var flags: UInt16
    private var beforeHeaders: ArraySlice<UInt8>
    private(set) var headers: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []
    private var betweenHeadersAndExpiration: ArraySlice<UInt8>
    private var expiration: ArraySlice<UInt8>?
    private var betweenExpirationAndUserID: ArraySlice<UInt8>
    private var userID: ArraySlice<UInt8>?
    private var afterUserID: ArraySlice<UInt8>

    /// Empty bytes are no properties. nil: not encoded as the protocol says.
    init?(_ encoded: ArraySlice<UInt8>) {
        var reader = FieldReader(encoded.isEmpty ? [0, 0] : encoded)
        guard let flags = reader.number(UInt16.self), flags & Flag.more == 0 else { return nil }
        self.flags = flags

        var mark = reader.rest
        for flag in [Flag.contentType, Flag.contentEncoding] where flags & flag != 0 {
            guard reader.shortString() != nil else { return nil }
        }
        beforeHeaders = reader.consumed(since: mark)

        if flags & Flag.headers != 0 {
            guard var table = reader.longString().map(FieldReader.init) else { return nil }
            while !table.rest.isEmpty {
                guard let name = table.shortString(), let value = table.fieldValue() else { return nil }
                headers.append((name, value))
            }
        }

        mark = reader.rest
        for flag in [Flag.deliveryMode, Flag.priority] where flags & flag != 0 {
            guard reader.bytes(1) != nil else { return nil }
        }
        for flag in Flag.correlationAndReplyTo where flags & flag != 0 {
            guard reader.shortString() != nil else { return nil }
        }
        betweenHeadersAndExpiration = reader.consumed(since: mark)

        if flags & Flag.expiration != 0 {
            guard let time = reader.shortString() else { return nil }
            expiration = time
        }
        mark = reader.rest
        if flags & Flag.messageID != 0, reader.shortString() == nil { return nil }
        if flags & Flag.timestamp != 0, reader.bytes(8) == nil { return nil }
        if flags & Flag.type != 0, reader.shortString() == nil { return nil }
        betweenExpirationAndUserID = reader.consumed(since: mark)

        if flags & Flag.userID != 0 {
            guard let id = reader.shortString() else { return nil }
            userID = id
        }
        mark = reader.rest
        for flag in Flag.applicationAndCluster where flags & flag != 0 {
            guard reader.shortString() != nil else { return nil }
        }
        afterUserID = reader.consumed(since: mark)
        guard reader.rest.isEmpty else { return nil }
    }

    /// The properties for publishing, with `added` headers in place of those of the same name.
    ///
    /// Added headers are left out from the last on until all fit in `limit` bytes. nil: even without them they do not.
    func encoded(
        adding added: [(name: String, value: HeaderValue)], as username: String, neverExpires: Bool = false, limit: Int
    ) -> [UInt8]? {
        var (copy, added) = (self, added)
        if let userID, !userID.elementsEqual(username.utf8) {
            copy.userID = nil
            copy.flags &= ~Flag.userID
            added.insert((Self.userIDHeader, .string(String(decoding: userID, as: UTF8.self))), at: 0)
        }
        if let expiration, neverExpires {
            copy.expiration = nil
            copy.flags &= ~Flag.expiration
            added.insert((Self.expirationHeader, .string(String(decoding: expiration, as: UTF8.self))), at: 0)
        }
        while true {
            let result = copy.assembled(adding: added)
            if result.count <= limit { return result }
            guard added.popLast() != nil else { return nil }
        }
    }

    private func assembled(adding added: [(name: String, value: HeaderValue)]) -> [UInt8] {
        var table: [UInt8] = []
        for (name, value) in headers {
            let text = String(decoding: name, as: UTF8.self)
            guard !added.contains(where: { $0.name == text }) else { continue }
            let name = Self.harmlessNames[text].map { ArraySlice($0.utf8) } ?? name
            table.append(UInt8(name.count))
            table += name
            table += value
        }
        var additions = FieldTable()
        for (name, value) in added { additions.append(name, value) }
        table += additions.entries

        let hasHeaders = flags & Flag.headers != 0 || !added.isEmpty
        var result = (hasHeaders ? flags | Flag.headers : flags).bigEndianBytes
        result += beforeHeaders
        if hasHeaders {
            result += UInt32(clamping: table.count).bigEndianBytes
            result += table
        }
        result += betweenHeadersAndExpiration
        result += Self.shortString(expiration)
        result += betweenExpirationAndUserID
        result += Self.shortString(userID)
        result += afterUserID
        return result
    }

    /// nil: absent, not even a length.
    private static func shortString(_ bytes: ArraySlice<UInt8>?) -> [UInt8] { bytes.map { [UInt8($0.count)] + $0 } ?? [] }
}
