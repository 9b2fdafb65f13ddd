import ArgumentParser
import ControlMessages
import ControlServer
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
        if json {
            showJSON(try ControlJSON.encode(ComponentReport.own(version: Warren.version)))
        } else if verbose {
            ComponentReport.own(version: Warren.version).lines.forEach { show($0) }
        } else {
            show("warren \(Warren.version)")
        }
    }
}

/// `warren openapi`: for the manual and for tests, which have no service to ask.
struct DescribeInterface: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi", abstract: "Prints the OpenAPI description of the control socket, as GET /v1/openapi.json does.",
        shouldDisplay: false)

    func run() throws { try writeOutput(OpenAPI.text(version: Warren.version)) }
}
