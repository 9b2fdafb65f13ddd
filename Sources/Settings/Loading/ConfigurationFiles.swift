internal import FoundationEssentials
internal import Glibc

/// Reads the files that the configuration consists of: the only place in `Settings` that touches the disk.
struct ConfigurationFiles {
    /// The main file, then those of `conf.d` beside it, as far as they can be read.
    private(set) var sources: [ConfigurationSource] = []
    /// Texts by credential name.
    private(set) var credentials: [String: String] = [:]
    /// Files that could not be read.
    private(set) var errors: [SettingsError] = []

    /// Reads `file`, `conf.d/*.toml` beside it in the order of their names, and the credentials in `credentialsDirectory`.
    init(file: String, credentialsDirectory: String?) {
        let main = Self.read(file)
        take(main, name: file, place: .file(file, line: nil))

        let directory = URL(filePath: file).deletingLastPathComponent().appending(path: "conf.d").path
        for name in names(in: directory).sorted() {
            let path = "\(directory)/\(name)"
            take(Self.read(path), name: path, place: .file(path, line: nil))
        }
        guard let credentialsDirectory else { return }
        for name in Credentials.names {
            let path = "\(credentialsDirectory)/\(name)"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            switch Self.read(path) {
            case .success(let text): credentials[name] = text
            case .failure(let fault): errors.append(fault.error(at: .credential(name)))
            }
        }
    }

    /// Why a file cannot be used.
    fileprivate struct Fault: Error {
        let problem: String

        func error(at place: ConfigurationPlace) -> SettingsError { SettingsError(place: place, key: nil, value: nil, problem: problem) }
    }

    private mutating func take(_ text: Result<String, Fault>, name: String, place: ConfigurationPlace) {
        switch text {
        case .success(let text): sources.append(ConfigurationSource(name: name, text: text))
        case .failure(let fault): errors.append(fault.error(at: place))
        }
    }

    /// As a shell's `*.toml` finds them: hidden files and backups are left out. A missing directory has none.
    private mutating func names(in directory: String) -> [String] {
        guard FileManager.default.fileExists(atPath: directory) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".toml") && !$0.hasPrefix(".") }
        } catch {
            errors.append(Fault(problem: "cannot be listed: \(error)").error(at: .file(directory, line: nil)))
            return []
        }
    }

    private static func read(_ path: String) -> Result<String, Fault> {
        bytes(of: path).flatMap { bytes in
            String(validating: bytes, as: UTF8.self).map(Result.success) ?? .failure(Fault(problem: "is not UTF-8 text"))
        }
    }

    /// Not through FoundationEssentials: to look into its errors here, where TOMLKit brings Foundation into sight, links all of Foundation.
    private static func bytes(of path: String) -> Result<[UInt8], Fault> {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(Fault(errno)) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { return .failure(Fault(errno)) }
            guard count > 0 else { return .success(bytes) }
            bytes += chunk[..<count]
        }
    }
}

extension ConfigurationFiles.Fault {
    /// Why the system does not give us a file.
    fileprivate init(_ code: Int32) {
        problem =
            switch code {
            case ENOENT: "does not exist; name another file with --config, or restore it from the package"
            case EACCES: "cannot be read: this user has no permission"
            case EISDIR: "cannot be read: it is a directory"
            default: "cannot be read: \(unsafe String(cString: strerror(code)))"
            }
    }
}
