internal import Glibc

/// Where the service may keep what outlives a process (systemd.exec(5), `STATE_DIRECTORY`).
public enum StateDirectory {
    /// Why nothing can be written there; nil: nothing speaks against it.
    public static func fault(_ path: String) -> String? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return reason(path, errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else { return reason(path, ENOTDIR) }
        return unsafe access(path, W_OK | X_OK) == 0 ? nil : reason(path, errno)
    }

    private static func reason(_ path: String, _ code: Int32) -> String { "\(ProcessRecord.Fault(directory: path, code: code))" }
}
