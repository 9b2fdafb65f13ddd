import CZlib
internal import Messages

/// Decompresses gzip (RFC 1952). The only place in Mapping where memory is touched without Swift's checks, and C is called for more than a version.
enum Gunzip {
    /// Bytes that zlib writes at a time.
    private static let chunkBytes = 32 << 10

    /// What all members of a gzip file hold together. Refused beyond `limit` bytes: at that point work and memory end, whatever the
    /// body still promises.
    static func inflate(_ body: ArraySlice<UInt8>, limit: Int) throws(Refusal) -> [UInt8] {
        var stream = unsafe z_stream()
        // zlib remembers the stream's address, so all is done while it cannot move.
        return try unsafe withUnsafeMutablePointer(to: &stream) { stream throws(Refusal) in
            guard unsafe czlib_gzip_inflate_init(stream) == Z_OK else {
                throw Refusal(.badEncoding, "zlib could not start to decompress the body (no memory, or another version of zlib)")
            }
            defer { _ = unsafe inflateEnd(stream) }
            return try unsafe body.withUnsafeBufferPointer { input throws(Refusal) in
                // zlib only reads what `next_in` points to; its header leaves out the const.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(input.count)
                return try unsafe inflateMembers(stream, bodyBytes: input.count, announced: announcedBytes(body), limit: limit)
            }
        }
    }

    /// Without the room that a body has asked for and not used.
    private static func fitted(_ text: [UInt8]) -> [UInt8] {
        text.capacity - text.count <= max(text.count, chunkBytes) ? text : text.map(\.self)
    }

    /// What the end of a gzip file says that its last member holds, modulo 2^32 (RFC 1952, 2.3.1 "ISIZE"), as far as its size allows that.
    private static func announcedBytes(_ body: ArraySlice<UInt8>) -> Int {
        min(body.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }, body.count * Delivery.mostInflation)
    }

    /// Runs a stream whose input is set to the input's end.
    private static func inflateMembers(
        _ stream: UnsafeMutablePointer<z_stream>, bodyBytes: Int, announced: Int, limit: Int
    ) throws(Refusal) -> [UInt8] {
        var text: [UInt8] = []
        // So that it does not grow by copies. The size is what the body says of itself: memory that is not written to takes no room.
        text.reserveCapacity(min(announced, limit))
        var chunk = [UInt8](repeating: 0, count: chunkBytes)
        while true {
            let status = unsafe chunk.withUnsafeMutableBufferPointer { output in
                unsafe stream.pointee.next_out = output.baseAddress
                unsafe stream.pointee.avail_out = UInt32(output.count)
                return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
            }
            text += chunk[..<(chunkBytes - Int(unsafe stream.pointee.avail_out))]
            guard text.count <= limit else {
                throw Refusal(.tooLarge, "the body of \(bodyBytes) bytes decompresses to more than max_message allows, \(limit) bytes")
            }
            let place = bodyBytes - Int(unsafe stream.pointee.avail_in)
            switch status {
            case Z_OK: continue
            case Z_STREAM_END:
                if place == bodyBytes { return fitted(text) }
                // Another member follows, or something that is none: the next round tells.
                guard unsafe inflateReset(stream) == Z_OK else { throw Refusal(.badEncoding, "zlib could not go on at byte \(place)") }
            case Z_BUF_ERROR:
                throw Refusal(.badEncoding, "the gzip body ends too early, after \(bodyBytes) bytes")
            default:
                let message = unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "status \(status)"
                throw Refusal(.badEncoding, "the body is not gzip as its content-encoding says: \(message), near byte \(place)")
            }
        }
    }
}
