internal import CCurl

/// Owns one `CURL *` and its error buffer. libcurl takes no locks: one thread at a time.
@safe final class EasyHandle {
    let pointer: UnsafeMutableRawPointer
    private let errorText: UnsafeMutableBufferPointer<CChar>

    init() throws(StoreError) {
        guard let pointer = unsafe curl_easy_init() else { throw .libcurl("curl_easy_init failed: out of memory?") }
        unsafe self.pointer = pointer
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0)
        _ = unsafe ccurl_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorText.baseAddress)
    }

    deinit {
        unsafe curl_easy_cleanup(pointer)
        unsafe errorText.deallocate()
    }

    /// Names the handle.
    var address: UInt { unsafe UInt(bitPattern: pointer) }

    /// HTTP status of the last answer; 0 without one.
    var status: Int {
        var status = 0
        _ = unsafe ccurl_get_long(pointer, CURLINFO_RESPONSE_CODE, &status)
        return status
    }

    /// A header of the last answer; nil without one.
    func header(_ name: String) -> String? {
        var header: UnsafeMutablePointer<curl_header>?
        let lastRequest: Int32 = -1
        guard unsafe curl_easy_header(pointer, name, 0, UInt32(CURLH_HEADER), lastRequest, &header) == CURLHE_OK,
            let value = unsafe header?.pointee.value
        else { return nil }
        return unsafe String(cString: value)
    }

    /// Whether the server's certificate has a name or an address in its subjectAltName; `nil` if the last transfer made no TLS handshake with such a
    /// check. Without either, libcurl compares with the CN of its subject.
    var certificateHasNames: Bool? {
        guard var entry = unsafe ccurl_certificate(pointer) else { return nil }
        while true {
            if let text = unsafe entry.pointee.data.map({ unsafe String(cString: $0) }), text.hasPrefix("X509v3 Subject Alternative Name:"),
                text.contains("DNS:") || text.contains("IP Address:")
            {
                return true
            }
            guard let next = unsafe entry.pointee.next else { return false }
            unsafe entry = next
        }
    }

    /// What libcurl says about the last transfer, or about `code` if it says nothing.
    func detail(of code: CURLcode) -> String {
        let text = unsafe String(cString: UnsafePointer(errorText.baseAddress!))
        return text.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : text
    }

    /// Sets what a peer's data cannot make fail: only memory can, and then nothing can be done.
    func set(_ option: CURLoption, _ value: String) { check(unsafe ccurl_set_string(pointer, option, value)) }
    func set(_ option: CURLoption, _ value: Int) { check(unsafe ccurl_set_long(pointer, option, value)) }
    func set(_ option: CURLoption, _ value: Bool) { check(unsafe ccurl_set_long(pointer, option, value ? 1 : 0)) }
    /// For what depends on how libcurl was built.
    func trySet(_ option: CURLoption, _ value: String?) throws(StoreError) {
        let code = unsafe ccurl_set_string(pointer, option, value)
        guard code == CURLE_OK else {
            throw .libcurl("option \(option.rawValue) is refused: \(unsafe String(cString: curl_easy_strerror(code)))")
        }
    }
    /// libcurl keeps the pointer: the caller keeps the list.
    func set(_ option: CURLoption, _ list: StringList?) { check(unsafe ccurl_set_list(pointer, option, list?.head)) }

    /// libcurl keeps the pointer: the caller keeps the body as it is.
    func setBody(_ body: borrowing RequestBody) {
        check(unsafe ccurl_set_offset(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        check(unsafe ccurl_set_pointer(pointer, CURLOPT_POSTFIELDS, body.address))
    }

    /// The callbacks are handed `context`, which must outlive the handle.
    func setCallbacks(_ context: UnsafeMutableRawPointer, receive: curl_write_callback, beginRequest: curl_prereq_callback) {
        check(unsafe ccurl_set_write(pointer, receive, context))
        check(unsafe ccurl_set_prereq(pointer, beginRequest, context))
    }

    private func check(_ code: CURLcode) { precondition(code == CURLE_OK, unsafe String(cString: curl_easy_strerror(code))) }
}
