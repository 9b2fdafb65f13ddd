internal import Formats
internal import Messages

/// The properties of a message as AMQP encodes them (AMQP 0-9-1, 2.3.5.2 and 1.8), split where Warren changes something.
///
/// Everything else stays as it came, byte for byte, and is not decoded.
struct MessageProperties {
    /// Headers that the broker would act upon a second time: it also sends the message to the queues that they name, and then counts it as routed
    /// even if its own queue is missing. Warren keeps them under these names.
    static let harmlessNames = ["CC": "warren-cc", "BCC": "warren-bcc"]
    /// Keeps a user id that is not ours, because the broker would refuse it.
    static let userIDHeader = "warren-user-id"
    /// Names the headers that did not fit in a frame or could not be published.
    static let omittedHeader = "warren-omitted"
    /// Keeps properties that cannot be read, in hexadecimal digits.
    static let rawHeader = "warren-properties"
    /// The most bytes of such properties that are kept.
    static let mostRawBytes = 512
    /// Keeps the time to live of a message that must not expire.
    static let expirationHeader = "warren-expiration"
    /// Keeps the delivery mode of a message that was not persistent. 0 if the message had no delivery mode, which means the same as 1.
    static let deliveryModeHeader = "warren-delivery-mode"
    /// Headers that RabbitMQ writes itself. They describe the queue in which the message was, not the message. Published again, they would count as
    /// the next queue's own (RabbitMQ 4).
    static let countHeaders: Set<String> = ["x-delivery-count", "x-acquired-count"]
    static let persistent: UInt8 = 2

    typealias Header = (name: String, value: HeaderValue)

    enum Flag {
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
        static let unassigned: UInt16 = 1 << 1
        static let more: UInt16 = 1
    }

    var flags: UInt16
    let beforeHeaders: ArraySlice<UInt8>
    private(set) var headers: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []
    var deliveryMode: UInt8?
    let betweenModeAndExpiration: ArraySlice<UInt8>
    var expiration: ArraySlice<UInt8>?
    let betweenExpirationAndUserID: ArraySlice<UInt8>
    var userID: ArraySlice<UInt8>?
    let afterUserID: ArraySlice<UInt8>

    /// Empty bytes mean no properties. `nil` if the bytes are not encoded as the protocol says.
    init?(_ encoded: ArraySlice<UInt8>) {
        var reader = FieldReader(encoded.isEmpty ? [0, 0] : encoded)
        guard let flags = reader.number(UInt16.self), flags & (Flag.more | Flag.unassigned) == 0 else { return nil }
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

        if flags & Flag.deliveryMode != 0 {
            guard let mode = reader.number(UInt8.self) else { return nil }
            deliveryMode = mode
        }
        mark = reader.rest
        if flags & Flag.priority != 0, reader.bytes(1) == nil { return nil }
        for flag in Flag.correlationAndReplyTo where flags & flag != 0 {
            guard reader.shortString() != nil else { return nil }
        }
        betweenModeAndExpiration = reader.consumed(since: mark)

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

    /// Persistent and nothing else, for a message whose own properties cannot be read.
    private init() {
        flags = Flag.deliveryMode
        beforeHeaders = []
        deliveryMode = Self.persistent
        betweenModeAndExpiration = []
        betweenExpirationAndUserID = []
        afterUserID = []
    }

    /// The properties for publishing a message again.
    static func republished(_ publication: Publication) -> (properties: MessageProperties, additions: [Header], omitted: [String]) {
        if publication.unreadable == nil, let properties = MessageProperties(publication.encodedProperties) {
            return (properties, [], [])
        }
        let raw = publication.encodedProperties
        let reason = publication.unreadable?.description ?? "they are not encoded as AMQP 0-9-1 says"
        let additions: [Header] = raw.isEmpty ? [] : [(rawHeader, .string(raw.prefix(mostRawBytes).hexadecimal))]
        return (MessageProperties(), additions, ["all properties (\(reason))"])
    }

    /// The properties of `publication`, in `limit` bytes; see ``encoded(adding:as:passage:limit:omitted:)``. Also `nil` if something would have to be
    /// left out although it must not be.
    static func encoded(_ publication: Publication, as username: String, limit: Int) -> [UInt8]? {
        let (properties, additions, omitted) = republished(publication)
        let encoded = properties.encoded(
            adding: publication.headers + additions, as: username, passage: publication.passage, limit: limit, omitted: omitted)
        guard !publication.mayOmit, let encoded else { return encoded }
        let told = { (properties: MessageProperties?) in properties?.headers.first { $0.name.elementsEqual(omittedHeader.utf8) }?.value }
        return told(MessageProperties(encoded[...])) == told(MessageProperties(publication.encodedProperties)) ? encoded : nil
    }
}
