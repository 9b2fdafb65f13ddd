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
    private struct Fault: Error {
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
            errors.append(Fault(problem: Self.reason(error)).error(at: .file(directory, line: nil)))
            return []
        }
    }

    private static func read(_ path: String) -> Result<String, Fault> {
        do {
            guard let text = String(validating: try Data(contentsOf: URL(filePath: path)), as: UTF8.self) else {
                return .failure(Fault(problem: "is not UTF-8 text"))
            }
            return .success(text)
        } catch {
            return .failure(Fault(problem: reason(error)))
        }
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? CocoaError else { return "cannot be read: \(error)" }
        switch (error.code, (error.underlying as? POSIXError)?.code) {
        case (.fileReadNoSuchFile, _): return "does not exist; name another file with --config, or restore it from the package"
        case (.fileReadNoPermission, _): return "cannot be read: this user has no permission"
        case (_, .EISDIR): return "cannot be read: it is a directory"
        case (_, let code?): return "cannot be read: \(code)"
        default: return "cannot be read: \(error)"
        }
    }
}
