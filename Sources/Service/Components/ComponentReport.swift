import Broker
internal import CBuild
import Mapping
internal import Messages
import Store

/// `warren version --json`: what this program consists of.
public struct ComponentReport: Codable, Equatable, Sendable {
    /// How the binary was made.
    public struct Build: Codable, Equatable, Sendable {
        /// `static`: made by packaging/build; `debug`: linked with the machine's shared libraries, and it does not know what it was built from.
        public var kind: String
        /// Such as `debian 12`; `nil` in a debug build.
        public var system: String?
        /// Whether apt offered newer libraries: `current`, `outdated` or `unknown`; `nil` in a debug build.
        public var candidates: String?
    }

    /// A tool that compiled or linked.
    public struct Tool: Codable, Equatable, Sendable {
        /// Such as `swift`.
        public var name: String
        /// The version that the library reports, with the release or commit it was made from; for `linux-libc-dev`, the kernel's headers, the version
        /// of the package.
        public var version: String
        /// What apt offered instead when this was built; `nil` if nothing newer, or if it is not from Debian.
        public var candidate: String?
    }

    /// A C library, by the name of its Debian source package.
    public struct Library: Codable, Equatable, Sendable {
        /// Such as `openssl`.
        public var name: String
        /// The upstream version that the library itself reports; `nil` if it cannot be asked.
        public var version: String?
        /// The version of the Debian source package it was built from; `nil` in a debug build.
        public var source: String?
        /// What apt offered instead when this was built; `nil` if nothing newer.
        public var candidate: String?
    }

    /// A Swift package.
    public struct Package: Codable, Equatable, Sendable {
        /// Such as `swift-nio`.
        public var name: String
        /// As its tag says.
        public var version: String
        /// The commit that was checked out.
        public var commit: String
        /// False if it was only resolved because other packages may use it, and nothing of it is in the binary.
        public var linked: Bool
    }

    /// Warren's own.
    public var version: String
    /// How the binary was made.
    public var build: Build
    /// Compilers and linker; empty in a debug build.
    public var tools: [Tool]
    /// All C libraries that are linked, by name.
    public var libraries: [Library]
    /// All Swift packages that were resolved, by name; empty in a debug build.
    public var packages: [Package]

    /// Of this process; `version` is Warren's own.
    public static func own(version: String) -> ComponentReport {
        let told = [("glibc", unsafe String(cString: gnu_get_libc_version())), ("zlib", CompressionLibrary.version)]
        return ComponentReport(version: version, told: BrokerLibraries.versions + WebLibraries.versions + told, record: .own)
    }

    /// `told` has the versions that libraries report. In a static binary those that the record does not name are stubs, and are left out.
    init(version: String, told: [(name: String, version: String)], record: BuildRecord?) {
        self.version = version
        guard let record else {
            build = Build(kind: "debug")
            (tools, packages) = ([], [])
            libraries = told.map { Library(name: $0.name, version: $0.version) }.sorted { $0.name < $1.name }
            return
        }
        build = Build(kind: "static", system: record.system, candidates: record.candidates)
        tools = record.tools.map { Tool(name: $0.name, version: $0.version, candidate: $0.candidate) }
        libraries = record.sources.map { source in
            let version = told.first { $0.name == source.name }?.version
            return Library(name: source.name, version: version, source: source.version, candidate: source.candidate)
        }
        packages = record.packages.map { Package(name: $0.name, version: $0.version, commit: $0.commit, linked: $0.isLinked) }
    }
}
