import Testing

@testable import Store

@Suite("Which libraries libcurl names") struct WebLibrariesTests {
    @Test("Each word is a library, by Debian's name for it; words without a version and what is in brackets are none")
    func words() {
        let text =
            "libcurl/7.88.1 OpenSSL/3.0.22 zlib/1.2.13 brotli/1.0.9 zstd/1.5.4 libidn2/2.3.3 libpsl/0.21.2 (+libidn2/2.3.3) "
            + "libssh2/1.10.0 nghttp2/1.52.0 librtmp/2.3 OpenLDAP"
        let found = WebLibraries.versions(in: text)
        #expect(found.map(\.name) == ["curl", "brotli", "libzstd", "libidn2", "libpsl", "libssh2", "nghttp2", "rtmpdump"])
        #expect(found.map(\.version) == ["7.88.1", "1.0.9", "1.5.4", "2.3.3", "0.21.2", "1.10.0", "1.52.0", "2.3"])
    }
}
