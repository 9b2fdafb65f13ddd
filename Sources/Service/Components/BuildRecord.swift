internal import CBuild

/// What `packaging/build` wrote into the static binary about itself: which sources it was made from, and with which tools.
///
/// The text is lines of words between tabs; packaging/lib/inventory.py writes it.
struct BuildRecord: Equatable {
    /// A tool that compiled or linked, such as `swift`, or a package of which only headers are compiled in.
    struct Tool: Equatable {
        var name: String
        var version: String
        /// As for a source package.
        var candidate: String?
    }

    /// A Debian source package of which static archives or headers are in the binary.
    struct Source: Equatable {
        var name: String
        var version: String
        /// What apt offered instead when this was built; `nil` if nothing newer.
        var candidate: String?
    }

    /// A Swift package that was resolved.
    struct Package: Equatable {
        var name: String
        var version: String
        var commit: String
        /// Whether anything of it is in the binary; otherwise only tests or tools use it, or other packages could.
        var isLinked: Bool
    }

    /// The system on which it was built, such as `debian 12`.
    var system = ""
    /// Whether the libraries were compared with what apt offers: `current`, `outdated`, or `unknown` where apt could not be asked.
    var candidates = ""
    var tools: [Tool] = []
    var sources: [Source] = []
    var packages: [Package] = []

    /// `nil` for a text that is no record, such as the empty one of a debug build.
    init?(_ text: String) {
        var lines = text.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        guard let first = lines.first, first.count == 3, first[0] == "build" else { return nil }
        (system, candidates) = (first[1], first[2])
        lines.removeFirst()
        for words in lines {
            switch (words.first, words.count) {
            case ("tool", 4): tools.append(Tool(name: words[1], version: words[2], candidate: words[3].isEmpty ? nil : words[3]))
            case ("source", 4): sources.append(Source(name: words[1], version: words[2], candidate: words[3].isEmpty ? nil : words[3]))
            case ("package", 5):
                packages.append(Package(name: words[1], version: words[2], commit: words[3], isLinked: words[4] == "linked"))
            default: return nil
            }
        }
    }

    /// This binary's own; `nil` in a debug build, which is linked dynamically and does not know.
    static var own: BuildRecord? { BuildRecord(unsafe String(cString: cbuild_record())) }
}
