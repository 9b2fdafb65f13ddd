import ArgumentParser
import ControlServer

/// `warren openapi`: for the manual and for tests, which have no service to ask.
struct DescribeInterface: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi", abstract: "Prints the OpenAPI description of the control socket, as GET /v1/openapi.json does.",
        shouldDisplay: false)

    func run() throws { try writeOutput(OpenAPI.text(version: Warren.version)) }
}
