import CZlib
import Mapping
import Messages
import Settings
import Testing

@Suite("A gzip body")
struct GzipTests {
    /// One gzip member.
    private func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var stream = unsafe z_stream()
        var output = [UInt8](repeating: 0, count: bytes.count + 1000)
        var input = bytes
        let size = unsafe withUnsafeMutablePointer(to: &stream) { stream in
            unsafe deflateInit2_(stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
            defer { _ = unsafe deflateEnd(stream) }
            return unsafe input.withUnsafeMutableBufferPointer { input in
                unsafe output.withUnsafeMutableBufferPointer { output in
                    unsafe stream.pointee.next_in = input.baseAddress
                    unsafe stream.pointee.avail_in = UInt32(input.count)
                    unsafe stream.pointee.next_out = output.baseAddress
                    unsafe stream.pointee.avail_out = UInt32(output.count)
                    #expect(unsafe deflate(stream, Z_FINISH) == Z_STREAM_END)
                    return unsafe output.count - Int(stream.pointee.avail_out)
                }
            }
        }
        return Array(output[..<size])
    }

    private func gzip(_ text: String) -> [UInt8] { gzip(Array(text.utf8)) }

    private func plan(_ body: [UInt8], limit: Int = 1 << 20) throws -> PlannedWrite {
        var mapper = mapper(processor(.update), maxMessageBytes: limit)
        return try mapper.plan(delivery(body, contentEncoding: .gzip), receivedAt: 0).get()
    }

    private func refusal(_ body: [UInt8], limit: Int = 1 << 20) -> Refusal? {
        do {
            _ = try plan(body, limit: limit)
            return nil
        } catch {
            return error as? Refusal
        }
    }

    @Test("is stored decompressed; the delivery keeps it as it came, for parking")
    func stored() throws {
        let body = gzip(#"{"id":1,"a":"é"}"#)
        let write = try plan(body)
        #expect(write.text == #"{"_key":"1","id":1,"a":"é"}"#)
        #expect(Array(write.delivery.body) == body)
        #expect(write.document.source == Array(#"{"id":1,"a":"é"}"#.utf8))
    }

    @Test("counts, decompressed, as memory held, unless nothing of it is stored")
    func held() throws {
        let body = gzip(#"{"id":1,"a":"0123456789"}"#)
        let write = try plan(body)
        #expect(write.heldBytes == write.delivery.bytes.count + 25)
        var invalidating = mapper(processor(.invalidate))
        let mark = try invalidating.plan(delivery(body, contentEncoding: .gzip), receivedAt: 0).get()
        #expect(mark.heldBytes == mark.delivery.bytes.count + mark.document.additions.count)
    }

    @Test("may have several members (RFC 1952 section 2.2), empty ones too")
    func members() throws {
        let body = gzip("") + gzip(#"{"id":1,"#) + gzip(#""a":2}"#) + gzip("")
        #expect(try plan(body).text == #"{"_key":"1","id":1,"a":2}"#)
    }

    @Test("larger than one chunk comes out whole")
    func large() throws {
        let text = #"{"id":1,"a":""# + String(repeating: "0123456789", count: 30_000) + #""}"#
        #expect(try plan(gzip(text)).text == #"{"_key":"1","# + text.dropFirst())
    }

    @Test("is refused when it decompresses to more than max_message, however little it is before")
    func bomb() {
        let body = gzip([UInt8](repeating: 0x20, count: 8 << 20))
        #expect(body.count < 10_000)
        #expect(
            refusal(body, limit: 1 << 20)
                == Refusal(.tooLarge, "the body of \(body.count) bytes decompresses to more than max_message allows, 1048576 bytes"))
        let exact = #"{"id":1}"#
        #expect(refusal(gzip(exact + String(repeating: " ", count: 92)), limit: 100) == nil)
        #expect(refusal(gzip(exact + String(repeating: " ", count: 93)), limit: 100)?.reason == .tooLarge)
    }

    @Test("takes no more memory than was charged for it before, however well it is compressed and whatever it says of its size")
    func charged() throws {
        var body = gzip(#"{"id":1}"# + String(repeating: " ", count: 8 << 20))
        let honest = delivery(body, contentEncoding: .gzip)
        #expect(honest.mostHeldBytes(largestText: 16 << 20) >= honest.bytes.count + 8 << 20)
        #expect(honest.mostHeldBytes(largestText: 1 << 20) == honest.bytes.count + 1 << 20, "no more than is not refused")
        #expect(try plan(body, limit: 16 << 20).heldBytes <= honest.mostHeldBytes(largestText: 16 << 20))
        // The last four bytes are the size, which zlib checks in the end.
        body.replaceSubrange(body.count - 4..<body.count, with: [0xFF, 0xFF, 0xFF, 0x7F])
        #expect(refusal(body, limit: 16 << 20)?.reason == .badEncoding)
        // The size of the last member is not that of all.
        let small = gzip(#"{"id":1}"#) + gzip([UInt8](repeating: 0x20, count: 1 << 20)) + gzip("")
        #expect(try plan(small, limit: 2 << 20).document.source.count == 8 + 1 << 20)
    }

    @Test("that is plain, or of an encoding that is unknown, is charged as what it is") func plain() {
        #expect(delivery("{}").mostHeldBytes(largestText: 100) == 5)
        #expect(delivery("{}", contentEncoding: .unknown("br")).mostHeldBytes(largestText: 100) == 5)
        let tooLarge = delivery([UInt8](repeating: 0, count: 200), contentEncoding: .gzip)
        #expect(tooLarge.mostHeldBytes(largestText: 100) == 203, "refused as it is")
    }

    @Test("is refused when members together are too large")
    func manyMembers() {
        let member = gzip([UInt8](repeating: 0x20, count: 600))
        #expect(refusal(member + member, limit: 1000)?.reason == .tooLarge)
    }

    @Test("is refused wherever it is cut off")
    func cutOff() {
        let body = gzip(#"{"id":1,"a":"some text, and some more text"}"#)
        for count in 0..<body.count {
            let refusal = refusal(Array(body[..<count]))
            #expect(refusal?.reason == .badEncoding)
            #expect(refusal?.detail == "the gzip body ends too early, after \(count) bytes")
        }
    }

    @Test("is refused when it is none, or something follows it", arguments: [Array("{}".utf8), [0], [0x1F, 0x8B, 9, 0]])
    func garbage(bytes: [UInt8]) {
        #expect(refusal(bytes + bytes)?.reason == .badEncoding)
        #expect(refusal(gzip(#"{"id":1}"#) + bytes)?.reason == .badEncoding)
    }

    @Test("is refused when its checksum is wrong")
    func checksum() {
        var body = gzip(#"{"id":1}"#)
        body[body.count - 6] ^= 1
        #expect(refusal(body)?.reason == .badEncoding)
        #expect(refusal(body)?.detail.contains("incorrect data check") == true)
    }

    @Test("is refused for its content in bytes of the decompressed text")
    func content() {
        #expect(refusal(gzip(#"{"id":1,}"#))?.description == "not-json: a byte that JSON does not have here, at byte 8")
    }

    @Test("with any one bit changed is stored as it was, or refused")
    func mutations() throws {
        let body = gzip(#"{"id":1,"a":"some text, and some more text"}"#)
        let stored = try plan(body).text
        for bit in 0..<body.count * 8 {
            var mutant = body
            mutant[bit / 8] ^= 1 << UInt8(bit % 8)
            // A header's time and system, and bits that pad the last byte of the data, may differ without harm.
            do {
                #expect(try plan(mutant).text == stored)
            } catch let refusal as Refusal {
                #expect(refusal.reason == .badEncoding)
            }
        }
    }
}
