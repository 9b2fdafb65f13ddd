import ArgumentParser
import ControlMessages
import ControlServer
import Service

/// `warren version`
struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the version of Warren, or with --verbose that of everything in it.",
        discussion: """
            Libraries are linked statically: a security update of a library reaches this program only with a new package. VERSION is what the library \
            itself reports, BUILT FROM the version of the Debian source package.

            Examples:
              warren version
              warren version --verbose         every library, Swift package and tool
              warren version --json | jq '.libraries[] | select(.name == "openssl")'
            """)

    @Flag(help: "Print every library, Swift package and tool with its version.")
    var verbose = false
    @Flag(help: "Print the same as JSON.")
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
