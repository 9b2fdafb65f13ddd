import ArgumentParser
import Control
import Service

/// `warren version`
struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the version, and on request that of everything in the program.",
        discussion: """
            Libraries are linked statically: a security update of one reaches this program with a new package only. VERSION is what the library
            itself tells, BUILT FROM the version of the Debian source package.

            Examples:
              warren version
              warren version --verbose         every library, Swift package and tool
              warren version --json | jq '.libraries[] | select(.name == "openssl")'
            """)

    @Flag(help: "Every library, Swift package and tool with its version.")
    var verbose = false
    @Flag(help: "The same as JSON.")
    var json = false

    func run() throws {
        let text: String
        if json {
            text = String(decoding: try ControlJSON.encode(ComponentReport.own(version: Warren.version)), as: UTF8.self)
        } else if verbose {
            text = ComponentReport.own(version: Warren.version).lines.joined(separator: "\n")
        } else {
            text = "warren \(Warren.version)"
        }
        try writeOutput(Array((text + "\n").utf8))
    }
}
