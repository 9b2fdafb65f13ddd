internal import ControlMessages

/// Takes an HTTP response apart as its bytes come. Requests are sent as HTTP/1.0, so the body is never in chunks and ends with the connection.
struct ResponseReader {
    /// The first line and the headers at most.
    private static let longestHead = 64 << 10

    private var head: [UInt8] = []
    /// `nil` until the headers have come.
    private(set) var status: Int?
    /// Body bytes that have yet to come; `nil` if the body ends with the connection.
    private var missing: Int?

    /// Whether the whole response has come.
    var isComplete: Bool { status != nil && (missing ?? 0) == 0 }

    /// Takes bytes; returns those of the body. Throws a reason if this is no HTTP response.
    mutating func append(_ bytes: ArraySlice<UInt8>) throws(ResponseFault) -> ArraySlice<UInt8> {
        guard status == nil else { return take(bytes) }
        head += bytes
        guard let end = endOfHead() else {
            guard head.count <= Self.longestHead else { throw ResponseFault(reason: "its headers do not end") }
            return []
        }
        try parse(String(decoding: head[..<end], as: UTF8.self))
        return take(head[(end + 4)...])
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let missing else { return bytes }
        let part = bytes.prefix(missing)
        self.missing = missing - part.count
        return part
    }

    private func endOfHead() -> Int? {
        let end = Array("\r\n\r\n".utf8)
        guard head.count >= end.count else { return nil }
        return (0...head.count - end.count).first { head[$0..<$0 + end.count].elementsEqual(end) }
    }

    private mutating func parse(_ text: String) throws(ResponseFault) {
        let lines = text.split(separator: "\r\n")
        let first = lines.first?.split(separator: " ") ?? []
        guard first.count >= 2, first[0].hasPrefix("HTTP/1."), let status = Int(first[1]) else {
            throw ResponseFault(reason: "it does not begin like HTTP")
        }
        self.status = status
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
            guard let length = Int(parts[1].drop { $0 == " " }), length >= 0 else { throw ResponseFault(reason: "its length is no number") }
            missing = length
        }
    }
}

/// What is wrong with a response.
struct ResponseFault: Error, Equatable {
    let reason: String
}
