/// The bytes that have come from a peer and are not used yet, in one piece. The reader bounds its memory by the number of bytes that it wants.
struct FrameBuffer {
    /// With less room than this at the end, a system call is not worthwhile.
    static let leastRoom = 16 << 10

    /// The bytes, at ``range``, and free room around them.
    private(set) var storage: [UInt8]
    private var start = 0
    private var end = 0
    private let regularBytes: Int

    /// A buffer that usually has room for `bytes`.
    init(bytes: Int) {
        regularBytes = bytes + Self.leastRoom
        storage = [UInt8](repeating: 0, count: regularBytes)
    }

    /// Where the bytes are in ``storage``.
    var range: Range<Int> { start..<end }

    /// Drops the first `count` bytes, which were used.
    mutating func drop(_ count: Int) {
        precondition(count <= end - start, "only what has come can be used")
        start += count
    }

    /// Lends the free room to `body`, which returns how many bytes it has put there. The buffer has room for at least `wanted` bytes altogether,
    /// which must be more than it holds now. Returns how many bytes came, and how much room there was.
    mutating func fill<Failure: Error>(
        wanted: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) -> (bytes: Int, room: Int) {
        makeRoom(for: wanted)
        let (end, room) = (end, storage.count - end)
        let result: Result<Int, Failure> = unsafe storage.withUnsafeMutableBytes { buffer in
            do throws(Failure) {
                return unsafe .success(try body(UnsafeMutableRawBufferPointer(rebasing: buffer[end...])))
            } catch {
                return .failure(error)
            }
        }
        let bytes = try result.get()
        precondition(bytes >= 0 && bytes <= room, "more bytes than there was room for")
        self.end += bytes
        return (bytes, room)
    }

    private mutating func makeRoom(for wanted: Int) {
        if start == end { (start, end) = (0, 0) }
        if start > 0, storage.count - end < Self.leastRoom || storage.count - start < wanted {
            let range = range
            unsafe storage.withUnsafeMutableBytes { buffer in
                unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[range]))
            }
            (start, end) = (0, range.count)
        }
        // The buffer grows for a large frame, and gives the memory back afterwards.
        let bytes = max(regularBytes, wanted + Self.leastRoom)
        guard storage.count != bytes, start == 0, end <= bytes else { return }
        storage = storage.prefix(end) + [UInt8](repeating: 0, count: bytes - end)
    }
}
