internal import ControlMessages
internal import Formats
internal import NIOCore

/// Takes chunked content apart (RFC 9112 section 7.1). Extensions and trailers are checked and dropped: nothing here knows any.
struct ChunkReader {
    private enum Stage {
        case size
        case data(Int)
        case dataEnd
        case trailers
        case end
    }

    /// Of a chunk's first line.
    private static let lineBytes = 256
    /// No real chunk has a size with more digits.
    private static let mostDigits = 12

    private let trailerBytes: Int
    private var stage = Stage.size
    private var lines = LineReader()
    private var trailerRoom: Int

    /// `trailerBytes` bounds all trailers together.
    init(trailerBytes: Int) {
        self.trailerBytes = trailerBytes
        trailerRoom = trailerBytes
    }

    /// All of it has come.
    var isAtEnd: Bool { if case .end = stage { true } else { false } }

    /// The next bytes of content; `nil` if more input is needed, or at the end. Throws the error for the client.
    mutating func next(_ inbox: inout ByteBuffer) throws(ControlError) -> ByteBuffer? {
        while true {
            switch stage {
            case .size:
                let long = ControlError.badRequest("the first line of a chunk may have at most \(Self.lineBytes) bytes")
                guard let line = try lines.next(&inbox, atMost: Self.lineBytes, orElse: long) else { return nil }
                let size = try Self.size(line)
                stage = size == 0 ? .trailers : .data(size)
            case .data(let missing):
                guard let part = inbox.readSlice(length: min(missing, inbox.readableBytes)), part.readableBytes > 0 else { return nil }
                stage = part.readableBytes == missing ? .dataEnd : .data(missing - part.readableBytes)
                return part
            case .dataEnd:
                guard inbox.readableBytesView.prefix(2).elementsEqual([0x0D, 0x0A].prefix(inbox.readableBytes)) else {
                    throw .badRequest("a chunk is longer than its first line says")
                }
                guard inbox.readSlice(length: 2) != nil else { return nil }
                stage = .size
            case .trailers:
                let long = ControlError(.headersTooLarge, "the trailers may have at most \(trailerBytes) bytes")
                guard let line = try lines.next(&inbox, atMost: trailerRoom, orElse: long) else { return nil }
                trailerRoom = max(0, trailerRoom - line.count - 2)
                if line.isEmpty { stage = .end } else { _ = try HeadParser.field(line) }
            case .end: return nil
            }
        }
    }

    /// A chunk's size in bytes.
    private static func size(_ line: ArraySlice<UInt8>) throws(ControlError) -> Int {
        let digits = line.prefix { $0.hexDigitValue != nil }
        guard (1...mostDigits).contains(digits.count), isExtension(line.dropFirst(digits.count)) else {
            throw .badRequest("a chunk must begin with its size in hexadecimal digits")
        }
        return digits.reduce(0) { $0 << 4 | Int($1.hexDigitValue ?? 0) }
    }

    /// `*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )` (RFC 9112 section 7.1.1).
    private static func isExtension(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        func skipBlanks() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }
        func takeToken() -> Bool {
            let token = rest.prefix(while: \.isTokenCharacter)
            rest = rest.dropFirst(token.count)
            return !token.isEmpty
        }
        func takeQuoted() -> Bool {
            rest = rest.dropFirst()
            while let byte = rest.popFirst() {
                if byte == UInt8(ascii: "\"") { return true }
                guard byte != UInt8(ascii: "\\") || rest.popFirst()?.isFieldCharacter == true, byte.isFieldCharacter else { return false }
            }
            return false
        }
        while !rest.isEmpty {
            skipBlanks()
            guard rest.popFirst() == UInt8(ascii: ";") else { return false }
            skipBlanks()
            guard takeToken() else { return false }
            let name = rest
            skipBlanks()
            guard rest.first == UInt8(ascii: "=") else {
                rest = name
                continue
            }
            rest = rest.dropFirst()
            skipBlanks()
            guard rest.first == UInt8(ascii: "\"") ? takeQuoted() : takeToken() else { return false }
        }
        return true
    }
}
