import CZlib

/// Answers with a body that is encoded.
enum EncodedAnswer {
    struct Failure: Error {}

    /// One gzip member.
    static func gzip(_ text: String) throws -> [UInt8] {
        var stream = unsafe z_stream()
        var input = Array(text.utf8)
        var output = [UInt8](repeating: 0, count: input.count + 1000)
        let size = try unsafe withUnsafeMutablePointer(to: &stream) { stream in
            unsafe deflateInit2_(stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
            defer { _ = unsafe deflateEnd(stream) }
            return try unsafe input.withUnsafeMutableBufferPointer { input in
                try unsafe output.withUnsafeMutableBufferPointer { output in
                    unsafe stream.pointee.next_in = input.baseAddress
                    unsafe stream.pointee.avail_in = UInt32(input.count)
                    unsafe stream.pointee.next_out = output.baseAddress
                    unsafe stream.pointee.avail_out = UInt32(output.count)
                    guard unsafe deflate(stream, Z_FINISH) == Z_STREAM_END else { throw Failure() }
                    return unsafe output.count - Int(stream.pointee.avail_out)
                }
            }
        }
        return Array(output[..<size])
    }

    /// The whole answer.
    static func answer(_ status: Int, encoding: String, _ body: [UInt8]) -> [UInt8] {
        let head = "HTTP/1.1 \(status) Scripted\r\ncontent-type: application/json\r\ncontent-encoding: \(encoding)\r\n"
        return Array("\(head)content-length: \(body.count)\r\n\r\n".utf8) + body
    }
}
