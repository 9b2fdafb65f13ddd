internal import Formats
internal import Messages

/// A message's text, decoded.
struct MessageText {
    /// Holds the text at its start: for a plain body the delivery's own bytes, so that nothing is copied.
    let bytes: [UInt8]
    /// How many of them are the text.
    let count: Int
    /// The bytes are not the delivery's own.
    let isCopy: Bool

    /// A text of its own.
    init(copied bytes: [UInt8]) {
        self.bytes = bytes
        count = bytes.count
        isCopy = true
    }

    /// The text of a delivery; refused if its properties cannot be read, if it is longer than `limit`, before or after decompression, or encoded in a way we do not know.
    init(_ delivery: Delivery, limit: Int) throws(Refusal) {
        if let fault = delivery.unreadable { throw Refusal(.badProperties, fault.description) }
        guard delivery.bodyBytes <= limit else {
            throw Refusal(.tooLarge, "the body has \(delivery.bodyBytes) bytes; max_message allows \(limit)")
        }
        switch delivery.contentEncoding {
        case .identity:
            (bytes, count, isCopy) = (delivery.bytes, delivery.bodyBytes, false)
        case .gzip:
            bytes = try Gunzip.inflate(delivery.body, limit: limit)
            count = bytes.count
            isCopy = true
        case .unknown(let name):
            throw Refusal(.badEncoding, "content-encoding \(LogSafeText.quoted(name)) is unknown; gzip and identity are understood")
        }
    }
}
