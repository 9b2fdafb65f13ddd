internal import ControlMessages
internal import NIOCore

/// Takes requests apart as their bytes come (RFC 9112). Pure: bytes in, parts out.
///
/// After it has thrown, nothing that follows on the connection can be trusted to be a request: it must be closed.
struct RequestReader {
    /// What a request consists of: one head, any number of contents, one end.
    enum Part: Equatable {
        case head(RequestHead)
        case content(ByteBuffer)
        case end
    }

    private enum Stage {
        case requestLine
        case fields(HeadParser)
        case length(Int)
        case chunks(ChunkReader)
        case end
    }

    /// Of a request line; RFC 9112 section 3 wants 8000 at least.
    private static let lineBytes = 8 << 10

    private let limits: ServerLimits
    private var stage = Stage.requestLine
    private var lines = LineReader()
    /// Bytes of the head so far.
    private var headBytes = 0

    init(limits: ServerLimits) { self.limits = limits }

    /// Something of a request has come, and not all of it.
    var isWithin: Bool { if case .requestLine = stage { lines.hasBegun } else { true } }

    /// The next part; `nil` if more bytes are needed. Removes what it takes from `inbox`. Throws the error for the client.
    mutating func next(_ inbox: inout ByteBuffer) throws(ControlError) -> Part? {
        while true {
            switch stage {
            case .requestLine:
                guard let line = try requestLine(&inbox) else { return nil }
                // One empty line or more before a request is overlooked (RFC 9112 section 2.2).
                if line.isEmpty { continue }
                stage = .fields(try HeadParser(requestLine: line))
            case .fields(var parser):
                let room = limits.headerBytes - headBytes
                guard let line = try lines.next(&inbox, atMost: room, orElse: Self.tooLarge(limits)) else { return nil }
                headBytes += line.count + 2
                guard line.isEmpty else {
                    try parser.add(line)
                    stage = .fields(parser)
                    continue
                }
                return .head(try begin(parser))
            case .length(let missing):
                guard let part = inbox.readSlice(length: min(missing, inbox.readableBytes)), part.readableBytes > 0 else { return nil }
                stage = part.readableBytes == missing ? .end : .length(missing - part.readableBytes)
                return .content(part)
            case .chunks(var reader):
                let part = try reader.next(&inbox)
                stage = reader.isAtEnd ? .end : .chunks(reader)
                guard let part else {
                    if reader.isAtEnd { continue }
                    return nil
                }
                return .content(part)
            case .end:
                (stage, headBytes, lines) = (.requestLine, 0, LineReader())
                return .end
            }
        }
    }

    private mutating func requestLine(_ inbox: inout ByteBuffer) throws(ControlError) -> ArraySlice<UInt8>? {
        let long = ControlError(.targetTooLong, "the request line may have at most \(Self.lineBytes) bytes")
        do throws(ControlError) {
            if let line = try lines.next(&inbox, atMost: min(Self.lineBytes, limits.headerBytes), orElse: long) {
                headBytes += line.count + 2
                return line
            }
        } catch {
            // A method longer than any that is known (RFC 9112 section 3).
            guard error == long, !inbox.readableBytesView.contains(UInt8(ascii: " ")) else { throw error }
            throw ControlError(.notImplemented, "Warren knows no method that is as long as this one")
        }
        // What cannot become a request is refused at once, such as the beginning of TLS.
        let method = inbox.readableBytesView.prefix { $0 != UInt8(ascii: " ") && $0 != 0x0D }
        guard method.allSatisfy(\.isTokenCharacter) else { throw .badRequest("this does not begin as an HTTP/1.1 request does") }
        return nil
    }

    private mutating func begin(_ parser: HeadParser) throws(ControlError) -> RequestHead {
        let head = try parser.head()
        switch head.framing {
        case .none, .length(0): stage = .end
        case .length(let count): stage = .length(count)
        case .chunked: stage = .chunks(ChunkReader(trailerBytes: limits.headerBytes))
        }
        return head
    }

    static func tooLarge(_ limits: ServerLimits) -> ControlError {
        ControlError(.headersTooLarge, "the request line and the headers may have at most \(limits.headerBytes) bytes")
    }
}

/// Takes lines that end in CRLF. A CR or an LF alone is refused (RFC 9112 section 2.2).
struct LineReader {
    /// Bytes at the inbox's beginning that hold no line end.
    private var searched = 0

    /// A part of a line has come.
    var hasBegun: Bool { searched > 0 }

    /// The next line without its end; `nil` if it has not come yet. Throws `tooLong` if it has more than `most` bytes, or `bad_request`.
    mutating func next(
        _ inbox: inout ByteBuffer, atMost most: Int, orElse tooLong: ControlError
    ) throws(ControlError) -> ArraySlice<UInt8>? {
        let view = inbox.readableBytesView
        guard let end = view.dropFirst(searched).firstIndex(of: 0x0A) else {
            searched = view.count
            guard searched <= most + 1 else { throw tooLong }
            // The last one may be the first half of the line's end.
            guard !view.dropLast().contains(0x0D) else { throw Self.bareLineEnd }
            return nil
        }
        let count = end - view.startIndex
        guard count <= most + 1 else { throw tooLong }
        searched = 0
        guard let bytes = inbox.readBytes(length: count + 1), bytes.count >= 2, bytes.firstIndex(of: 0x0D) == bytes.count - 2 else {
            throw Self.bareLineEnd
        }
        return bytes.dropLast(2)
    }

    private static var bareLineEnd: ControlError { .badRequest("lines must end in CR and LF; neither may occur alone") }
}
