internal import Glibc

/// Reads the files that the configuration consists of: nothing else in `Settings` touches the disk.
struct ConfigurationFiles {
    /// The main file, then those of `conf.d` beside it, as far as they can be read.
    private(set) var sources: [ConfigurationSource] = []
    /// Texts by credential name; of TLS files their paths.
    private(set) var credentials: [String: String] = [:]
    /// Files that could not be read.
    private(set) var errors: [SettingsError] = []
    /// Credentials that others can read.
    private(set) var exposed: [SettingsError] = []

    /// Reads `file`, `conf.d/*.toml` beside it in the order of their names, and the credentials whose `credentials` are paths by name, as far as
    /// those files are there.
    init(file: String, credentials paths: [String: String]) {
        do throws(Fault) {
            sources.append(ConfigurationSource(name: file, text: try Self.read(file)))
        } catch {
            let advice = error.isMissing ? "; name another file with --config, or restore it from the package" : ""
            errors.append(SettingsError(location: .file(file, line: nil), key: nil, value: nil, problem: error.problem(of: file) + advice))
        }
        let directory = file.lastIndex(of: "/").map { "\(file[...$0])conf.d" } ?? "conf.d"
        for name in names(in: directory) {
            let path = "\(directory)/\(name)"
            do throws(Fault) {
                sources.append(ConfigurationSource(name: path, text: try Self.read(path)))
            } catch {
                errors.append(SettingsError(location: .file(path, line: nil), key: nil, value: nil, problem: error.problem(of: path)))
            }
        }
        for name in Credentials.files {
            if let path = paths[name], Self.exists(path) { credentials[name] = path }
        }
        for name in Credentials.secrets {
            guard let path = paths[name] else { continue }
            do throws(Fault) {
                credentials[name] = try Self.read(path)
                if let exposure = FilePermissionProblem(of: path, "is a secret") {
                    exposed.append(SettingsError(location: .credential(name), key: nil, value: nil, problem: exposure.problem))
                }
            } catch {
                guard !error.isMissing else { continue }
                errors.append(SettingsError(location: .credential(name), key: nil, value: nil, problem: error.problem))
            }
        }
    }

    /// Whether there is such a file.
    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Why a file cannot be used.
    private struct Fault: Error {
        let problem: String
        var isMissing = false
        var isForbidden = false

        /// With what to do about a file that the package's service is to read.
        func problem(of path: String) -> String {
            isForbidden && path.hasPrefix("/etc/warren/")
                ? "\(problem); for the service: chgrp warren \(path) && chmod 0640 \(path)" : problem
        }
    }

    /// Larger files are refused: what they would become takes some twenty times their size. The longest that people write are far below.
    static let mostBytes = 8 << 20

    /// As a shell's `*.toml` finds them: hidden files and backups are left out. A missing directory has none.
    private mutating func names(in directory: String) -> [String] {
        guard let stream = unsafe opendir(directory) else {
            let fault = Self.fault(errno)
            if !fault.isMissing {
                errors.append(SettingsError(location: .file(directory, line: nil), key: nil, value: nil, problem: fault.problem))
            }
            return []
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name.hasSuffix(".toml") && !name.hasPrefix(".") { names.append(name) }
        }
        // By bytes, as in the C locale: two names that only Unicode normalisation makes equal have an order, too.
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func read(_ path: String) throws(Fault) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault(errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { throw fault(errno) }
            guard count > 0 else { break }
            bytes += chunk[..<count]
            guard bytes.count <= mostBytes else {
                throw Fault(problem: "is larger than \(ByteCount.text(mostBytes)): divide it into files in conf.d")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Fault(problem: "is not UTF-8 text") }
        return text
    }

    private static func fault(_ code: Int32) -> Fault {
        switch code {
        case ENOENT: Fault(problem: "does not exist", isMissing: true)
        case EACCES: Fault(problem: "cannot be read: this user has no permission", isForbidden: true)
        case EISDIR: Fault(problem: "cannot be read: it is a directory")
        default: Fault(problem: "cannot be read: \(unsafe String(cString: strerror(code)))")
        }
    }
}
