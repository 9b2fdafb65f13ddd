internal import Glibc

/// A small file of ours in the state directory. Anything else at its path (a link, a pipe, a directory, another user's file) is only removed, to make
/// room for it.
enum OwnFile {
    /// What a look at it found.
    enum Content: Equatable {
        case missing
        /// Not a file of ours, or longer than it may be.
        case foreign
        case bytes([UInt8])
    }

    /// Reads a whole file of at most `limit` bytes. Never waits: a pipe has no end.
    static func read(_ path: String, limit: Int) -> Content {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        // What should be the directory may be none; then nothing is in it.
        guard descriptor >= 0 else { return errno == ENOENT || errno == ENOTDIR ? .missing : .foreign }
        defer { close(descriptor) }
        guard let size = size(descriptor), size <= limit else { return .foreign }
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
        return count >= 0 ? .bytes(Array(bytes.prefix(count))) : .foreign
    }

    /// Opens it for writing, and makes it if it is not there; one that is longer than `limit` is emptied. Anything else at the path is removed first;
    /// `nil` if that is not possible.
    static func open(toWrite path: String, limit: Int) -> Int32? {
        let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        let descriptor = unsafe Glibc.open(path, flags)
        if descriptor >= 0 {
            if let size = size(descriptor), size <= limit || ftruncate(descriptor, 0) == 0 { return descriptor }
            close(descriptor)
        }
        unsafe unlink(path)
        let made = unsafe Glibc.open(path, flags | O_CREAT | O_EXCL, 0o600)
        return made >= 0 ? made : nil
    }

    /// Bytes of a file of ours; `nil` if it is none.
    private static func size(_ descriptor: Int32) -> Int? {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(), status.st_nlink == 1
        else { return nil }
        return Int(status.st_size)
    }
}
