internal import CLinux

/// How glibc's allocator keeps memory that was given back.
public enum Allocator {
    /// Blocks from this size on are mapped by themselves, and go back to the kernel as soon as they are let go of.
    private static let mappedBytes: Int32 = 1 << 20
    /// Free memory at the end of a heap that is kept.
    private static let keptBytes: Int32 = 4 << 20
    /// Heaps; threads share them.
    private static let heaps: Int32 = 4

    /// Makes memory follow what is held. Left to itself glibc learns from large blocks to keep up to 32 MiB each in a heap for each thread, where one
    /// small block behind it holds it for ever. To be called before there is another thread.
    public static func keepLittle() {
        set(CLINUX_M_MMAP_THRESHOLD, mappedBytes)
        set(CLINUX_M_TRIM_THRESHOLD, keptBytes)
        set(CLINUX_M_ARENA_MAX, heaps)
    }

    private static func set(_ parameter: Int32, _ value: Int32) {
        let code = mallopt(parameter, value)
        precondition(code == 1, "mallopt(\(parameter), \(value)) failed")
    }
}
