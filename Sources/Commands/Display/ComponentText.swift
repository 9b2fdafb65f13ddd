import Service

extension ComponentReport {
    /// `warren version --verbose` for people.
    package var lines: [String] {
        var lines = ["warren \(version)", ""]
        var table = TextTable([("LIBRARY", .left), ("VERSION", .left), ("BUILT FROM", .left)])
        for library in libraries {
            table.append([library.name, library.version ?? "-", (library.source ?? "not known") + outdated(library.candidate)])
        }
        lines += table.lines + [""]
        if build.kind == "debug" {
            return lines + [
                "A debug build: the libraries are the shared ones of this machine. From which Swift packages and with which tools it",
                "was built is not known; packaging/build writes that into the static binary.",
            ]
        }
        var built = TextTable([("SWIFT PACKAGE", .left), ("VERSION", .left), ("COMMIT", .left)])
        for package in packages {
            built.append([package.name, package.version, package.commit + (package.linked ? "" : " (not linked)")])
        }
        lines += built.lines + [""]
        var made = TextTable([("TOOL", .left), ("VERSION", .left)])
        for tool in tools { made.append([tool.name, tool.version + outdated(tool.candidate)]) }
        return lines + made.lines + ["", Self.sentence(build)]
    }

    private func outdated(_ candidate: String?) -> String { candidate.map { ", outdated: there was \($0)" } ?? "" }

    private static func sentence(_ build: Build) -> String {
        let verdict =
            switch build.candidates {
            case "current": "Debian had nothing newer of the libraries then."
            case "outdated": "What is marked was outdated then, and that was allowed."
            default: "Whether Debian had newer libraries could not be found out then."
            }
        return "Built on \(build.system ?? "a system that is not known"). \(verdict)"
    }
}
