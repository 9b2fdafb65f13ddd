internal import Glibc

/// What systemctl(1) says.
enum Systemctl {
    /// What it prints, 256 KiB at most; `nil` where there is no systemd.
    static func output(_ arguments: [String]) -> String? {
        for path in ["/usr/bin/systemctl", "/bin/systemctl"] where unsafe access(path, X_OK) == 0 {
            return output(of: path, ["systemctl"] + arguments)
        }
        return nil
    }

    /// Runs a program and reads what it prints, 256 KiB at most; `nil` if it cannot be run.
    private static func output(of path: String, _ arguments: [String]) -> String? {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var pid = pid_t()
        let status = unsafe posix_spawn(&pid, path, &actions, nil, &words, &variables)
        close(ends[1])
        guard status == 0 else {
            close(ends[0])
            return nil
        }
        var (text, part) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 12))
        while text.count < 256 << 10 {
            let count = unsafe read(ends[0], &part, part.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            text += part.prefix(count)
        }
        // One that still writes ends by that.
        close(ends[0])
        var ending: Int32 = 0
        while unsafe waitpid(pid, &ending, 0) < 0 && errno == EINTR {}
        return String(decoding: text, as: UTF8.self)
    }
}
