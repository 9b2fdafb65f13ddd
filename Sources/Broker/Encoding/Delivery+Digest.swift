internal import Formats
public import Messages

extension Delivery {
    /// 128 bits of a digest of body, properties and headers, as 32 hexadecimal digits. It is the same each time the message is fetched, because it
    /// leaves out what RabbitMQ changes between two deliveries. The order of headers does not matter.
    public var digest: String {
        var parts: [ArraySlice<UInt8>] = []
        // Each part has its size in front, so that no two messages give the same text.
        func add(_ bytes: ArraySlice<UInt8>) { parts += [UInt64(bytes.count).bigEndianBytes[...], bytes] }
        if unreadable == nil, let properties = MessageProperties(encodedProperties) {
            let flags = properties.flags & ~MessageProperties.Flag.headers
            for bytes in [flags.bigEndianBytes[...], properties.bytesBesidesHeaders] { add(bytes) }
            let counts = MessageProperties.countHeaders.map { Array($0.utf8)[...] }
            let headers = properties.headers.filter { header in !counts.contains(header.name) }
            // Headers of the same name are ordered by their values.
            for header in headers.sorted(by: { ($0.name + $0.value).lexicographicallyPrecedes($1.name + $1.value) }) {
                add(header.name)
                add(header.value)
            }
        } else {
            add(encodedProperties)
        }
        add(body)
        return String(SHA256.hexadecimal(of: parts).prefix(32))
    }
}

extension MessageProperties {
    fileprivate var bytesBesidesHeaders: ArraySlice<UInt8> {
        var bytes = [UInt8](beforeHeaders) + [deliveryMode ?? 0]
        bytes += betweenModeAndExpiration + (expiration ?? []) + betweenExpirationAndUserID + (userID ?? []) + afterUserID
        return bytes[...]
    }
}
