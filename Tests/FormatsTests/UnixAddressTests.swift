import Formats
import Glibc
import Testing

@Suite("Addresses in the Unix domain (unix(7))") struct UnixAddressTests {
    /// What the kernel gets: the bytes of `sun_path` that count.
    private func bytes(_ address: UnixAddress?) -> [UInt8]? {
        address.map { address in
            unsafe address.withPointer { pointer, length in
                let start = MemoryLayout<sa_family_t>.size
                return unsafe Array(UnsafeRawBufferPointer(start: UnsafeRawPointer(pointer) + start, count: Int(length) - start))
            }
        }
    }

    @Test("A path ends with a null, and may have 107 bytes") func path() {
        #expect(bytes(UnixAddress(path: "/run/x")) == Array("/run/x\0".utf8))
        #expect(bytes(UnixAddress(path: "x")) == Array("x\0".utf8))
        #expect(UnixAddress(path: String(repeating: "x", count: 107)) != nil)
        #expect(UnixAddress(path: String(repeating: "x", count: 108)) == nil)
    }

    @Test(
        "systemd writes a path as it is, and an abstract name with @",
        arguments: [
            ("/run/x", "/run/x\0"), ("@x", "\0x"), ("x", nil), ("", nil), ("@", nil), ("/a\0b", nil), ("vsock:2:1", nil),
            ("/" + String(repeating: "x", count: 107), nil), ("@" + String(repeating: "x", count: 107), nil),
        ] as [(String, String?)])
    func systemd(text: String, expected: String?) {
        #expect(bytes(UnixAddress(systemd: text)) == expected.map { Array($0.utf8) })
    }
}
