/// The bytes of a request's body, at an address that stays: libcurl reads them while the request leaves.
///
/// The memory is reused from request to request, and given back after a huge one.
@safe struct RequestBody: ~Copyable {
    private var memory = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private(set) var count = 0

    deinit { unsafe memory.deallocate() }

    /// Valid until the next change.
    var address: UnsafeRawPointer? { unsafe UnsafeRawPointer(memory.baseAddress) }

    mutating func replace(with bytes: [UInt8]) {
        if unsafe memory.count < bytes.count {
            unsafe memory.deallocate()
            unsafe memory = .allocate(byteCount: bytes.count, alignment: 1)
        }
        unsafe memory.copyBytes(from: bytes)
        count = bytes.count
    }

    mutating func clear(keeping limit: Int) {
        count = 0
        guard unsafe memory.count > limit else { return }
        unsafe memory.deallocate()
        unsafe memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }
}
