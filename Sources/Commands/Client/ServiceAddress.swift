import FoundationEssentials
import Glibc
import Settings

/// Where the service listens that a command is about, and which configuration it must run to be the one that is meant.
struct ServiceAddress: Equatable {
    /// Its control socket.
    var socket: String
    /// Whose members may open the socket; for messages.
    var group: String
    /// The configuration that was named; `nil` if any service at that socket is meant.
    var configuration: String?

    /// An address by its parts.
    init(socket: String, group: String, configuration: String? = nil) {
        self.socket = socket
        self.group = group
        self.configuration = configuration
    }

    /// Why a service cannot be found.
    enum Fault: Error, Equatable {
        /// The configuration that was named has mistakes.
        case invalid(SettingsErrors)
        /// It cannot be read, and nothing else tells where its service listens.
        case unreadable(file: String)
    }

    /// The usual one, where no option names another: a user who may use the socket may not be allowed to read the configuration, with its passwords.
    /// Then the socket is expected at its usual place.
    static func usual(environment: [String: String], file: String = SettingsLoader.defaultFile) -> ServiceAddress {
        if let settings = try? SettingsLoader.load(file: file, environment: environment) { return ServiceAddress(settings.control) }
        return ServiceAddress(fallback(environment))
    }

    /// That of `warren@NAME.service`: its unit says where its socket is, whatever its configuration says.
    static func instance(_ name: String, environment: [String: String]) -> ServiceAddress {
        var control = fallback(environment)
        control.socket = UnitFiles.socket(ofInstance: name)
        return ServiceAddress(control)
    }

    /// That of the service with this configuration, and of no other. The file of a unit is served where the unit says, even if it cannot be read here
    /// or has mistakes by now.
    static func running(_ file: String, environment: [String: String]) throws(Fault) -> ServiceAddress {
        let path = absolute(file)
        let unitSocket = environment["WARREN_CONTROL_SOCKET"] == nil ? UnitFiles.socket(ofFile: path) : nil
        var control: ControlSettings
        do throws(SettingsErrors) {
            control = try SettingsLoader.load(file: file, environment: environment).control
            if let unitSocket, control.socket == ControlSettings().socket { control.socket = unitSocket }
        } catch {
            guard let unitSocket else {
                let isForbidden = unsafe access(path, R_OK) != 0 && errno == EACCES
                throw isForbidden ? .unreadable(file: file) : .invalid(error)
            }
            control = fallback(environment)
            control.socket = unitSocket
        }
        return ServiceAddress(socket: control.socket, group: control.group, configuration: path)
    }

    private init(_ control: ControlSettings) { self.init(socket: control.socket, group: control.group) }

    /// What the environment says without a file.
    private static func fallback(_ environment: [String: String]) -> ControlSettings {
        var settings = ControlSettings()
        if let socket = environment["WARREN_CONTROL_SOCKET"] { settings.socket = socket }
        if let group = environment["WARREN_CONTROL_GROUP"] { settings.group = group }
        return settings
    }

    /// A path that means the same in every directory.
    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }

    /// Whether two paths lead to the same file, as far as that can be seen.
    static func isSame(_ first: String, _ second: String) -> Bool { first == second || resolved(first) == resolved(second) }

    private static func resolved(_ path: String) -> String {
        guard let resolved = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}

/// What `warren.service` and `warren@.service` say of files and sockets.
enum UnitFiles {
    /// The configuration of `warren@NAME.service`.
    static func configuration(ofInstance name: String) -> String { "/etc/warren/\(name).toml" }

    /// The control socket of `warren@NAME.service`.
    static func socket(ofInstance name: String) -> String { "/run/warren-\(name)/control.sock" }

    /// The control socket of the unit that reads this file; `nil` if none does.
    static func socket(ofFile path: String) -> String? {
        if path == SettingsLoader.defaultFile { return ControlSettings().socket }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[1] == "etc", parts[2] == "warren", parts[3].hasSuffix(".toml"), parts[3].count > 5 else { return nil }
        return socket(ofInstance: String(parts[3].dropLast(5)))
    }

    /// Whether a unit's instance can be called so (systemd.unit(5)).
    static func isInstanceName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 200
            && name.utf8.allSatisfy {
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0
                    || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || ":-_.\\".utf8.contains($0)
            } && name != "." && name != ".."
    }
}
