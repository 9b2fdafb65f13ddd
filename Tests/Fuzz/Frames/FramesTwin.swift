import Twins

/// Reads a broker's stream the plain way, all of it at once and by indices in an array, straight from the specification (AMQP 0-9-1, 2.3.5 and 4.2).
struct FramesTwin {
    private struct Stop: Error {}

    /// A content that has begun.
    private struct Content {
        let delivery: (tag: UInt64, redelivered: Bool)?
        let returned: (code: UInt16, text: String)?
        let route: [String]
        var properties: [UInt8] = []
        var isReadable = true
        /// `nil` if its header has not come.
        var bodyBytes: UInt64?
        var body: [UInt8] = []
    }

    private static let largestHeader = 1 << 20

    private let stream: [UInt8]
    private let mostBytes: Int
    private var list: [StreamEvent] = []
    private var contents: [Int: Content] = [:]

    init(_ stream: [UInt8], agreedBytes: Int) {
        self.stream = stream
        mostBytes = agreedBytes - 8
    }

    mutating func events() -> [StreamEvent] {
        var offset = 0
        do {
            while let next = try frame(at: offset) { offset = next }
        } catch {
            list.append(.violation)
        }
        return list
    }

    /// Where the next frame begins; `nil` if this one is not whole.
    private mutating func frame(at offset: Int) throws -> Int? {
        guard stream.count - offset >= 7 else { return nil }
        let (type, channel, size) = (stream[offset], number(offset + 1, 2), number(offset + 3, 4))
        switch type {
        case 1, 3: guard size <= mostBytes else { throw Stop() }
        case 2: break
        case 8: guard size == 0, channel == 0 else { throw Stop() }
        default: throw Stop()
        }
        let isSkipped = type == 2 && size > Self.largestHeader
        // Of a header that is skipped the class is looked at as soon as it is there.
        if isSkipped, stream.count - offset >= 7 + 12, number(offset + 7, 2) != 60 { throw Stop() }
        guard stream.count - offset >= 7 + size + 1 else { return nil }
        guard stream[offset + 7 + size] == 0xCE else { throw Stop() }
        let payload = Array(stream[offset + 7..<offset + 7 + size])
        switch type {
        case 1: try method(payload, channel)
        case 2: try header(payload, channel, isSkipped: isSkipped)
        case 3: try body(payload, channel)
        default: break
        }
        return offset + 7 + size + 1
    }

    private func number(_ offset: Int, _ size: Int) -> Int { stream[offset..<offset + size].reduce(0) { $0 * 256 + Int($1) } }

    private mutating func method(_ payload: [UInt8], _ channel: Int) throws {
        var fields = Fields(payload)
        let (group, method) = (try fields.whole(2), try fields.whole(2))
        switch (group, method) {
        case (60, 60), (60, 71):
            if method == 60 { _ = try fields.text() }
            let (tag, bits) = (try fields.whole(8), try fields.whole(1))
            let route = [try fields.text(), try fields.text()]
            try begin(Content(delivery: (tag, bits % 2 == 1), returned: nil, route: route), channel)
        case (60, 50):
            let (code, text) = (UInt16(try fields.whole(2)), try fields.text())
            let route = [try fields.text(), try fields.text()]
            try begin(Content(delivery: nil, returned: (code, text), route: route), channel)
        case (20, 40), (10, 50):
            let name = group == 20 ? "channel.close" : "connection.close"
            list.append(.method(channel: UInt16(channel), [name, "\(try fields.whole(2))", try fields.text()]))
        case (50, 11):
            _ = try fields.text()
            list.append(.method(channel: UInt16(channel), ["declare-ok", "\(try fields.whole(4))", "\(try fields.whole(4))"]))
        case (10, 60): list.append(.method(channel: UInt16(channel), ["blocked", try fields.text()]))
        case (60, 80), (60, 120):
            let (tag, bits) = (try fields.whole(8), try fields.whole(1))
            list.append(.method(channel: UInt16(channel), [method == 80 ? "ack" : "nack", "\(tag)", "\(bits % 2 == 1)"]))
        default: list.append(.method(channel: UInt16(channel), []))
        }
    }

    private mutating func begin(_ content: Content, _ channel: Int) throws {
        guard (1...2).contains(channel), contents[channel] == nil else { throw Stop() }
        contents[channel] = content
    }

    private mutating func header(_ payload: [UInt8], _ channel: Int, isSkipped: Bool) throws {
        guard (1...2).contains(channel) else { throw Stop() }
        var fields = Fields(payload)
        guard try fields.whole(2) == 60 else { throw Stop() }
        _ = try fields.whole(2)
        let size = try fields.whole(8)
        guard var content = contents[channel], content.bodyBytes == nil, size <= UInt64(Int.max) else { throw Stop() }
        content.bodyBytes = size
        if isSkipped {
            content.isReadable = false
        } else {
            content.properties = fields.rest
            content.isReadable = fields.rest.isEmpty ? false : PropertiesTwin(fields.rest) != nil
        }
        contents[channel] = content
        finish(channel)
    }

    private mutating func body(_ payload: [UInt8], _ channel: Int) throws {
        guard var content = contents[channel], let size = content.bodyBytes else { throw Stop() }
        content.body += payload
        guard UInt64(content.body.count) <= size else { throw Stop() }
        contents[channel] = content
        finish(channel)
    }

    private mutating func finish(_ channel: Int) {
        guard let content = contents[channel], let size = content.bodyBytes, content.body.count == size else { return }
        contents[channel] = nil
        if let (tag, redelivered) = content.delivery {
            list.append(
                .delivery(
                    channel: channel, tag: tag, redelivered: redelivered, route: content.route, body: content.body,
                    properties: content.properties, isReadable: content.isReadable))
        }
        if let (code, text) = content.returned {
            list.append(
                .returned(
                    channel: channel, code: code, text: text, route: content.route, body: content.body, properties: content.properties))
        }
    }

    /// A method's arguments, one after the other.
    private struct Fields {
        private(set) var rest: [UInt8]

        init(_ bytes: [UInt8]) { rest = bytes }

        mutating func whole(_ size: Int) throws -> UInt64 {
            guard rest.count >= size else { throw Stop() }
            let number = rest.prefix(size).reduce(UInt64(0)) { $0 * 256 + UInt64($1) }
            rest.removeFirst(size)
            return number
        }

        mutating func text() throws -> String {
            let size = Int(try whole(1))
            guard rest.count >= size else { throw Stop() }
            let text = String(decoding: rest.prefix(size), as: UTF8.self)
            rest.removeFirst(size)
            return text
        }
    }
}
