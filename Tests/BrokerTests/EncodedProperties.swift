import Messages

@testable import Broker

/// Properties as another client would have encoded them.
enum EncodedProperties {
    static func headers(_ headers: [(name: String, value: HeaderValue)]) -> [UInt8] { [0x20, 0x00] + table(headers) }

    static func all(
        userID: String?, expiration: String? = "60000", mode: UInt8? = 2, extra: [(name: String, value: HeaderValue)] = []
    ) -> [UInt8] {
        var bytes: [UInt8] = [(expiration == nil ? 0xFE : 0xFF) & (mode == nil ? 0xEF : 0xFF), userID == nil ? 0xEC : 0xFC]
        bytes += shortString("application/json") + shortString("gzip")
        bytes += table([("x", .boolean(true)), ("since", .timestamp(1_700_000_000))] + extra)
        bytes += [mode, 9].compactMap(\.self)
        bytes += ["correlation", "reply", expiration, "message"].compactMap(\.self).flatMap(shortString)
        bytes += [0, 0, 0, 0, 0x65, 0x53, 0xF1, 0]
        bytes += shortString("type")
        bytes += userID.map(shortString) ?? []
        return bytes + shortString("app") + shortString("cluster")
    }

    private static func table(_ headers: [(name: String, value: HeaderValue)]) -> [UInt8] {
        var table = FieldTable()
        for (name, value) in headers { table.append(name, value) }
        return table.encoded
    }

    private static func shortString(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + text.utf8 }
}
