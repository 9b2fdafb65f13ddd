import ArgumentParser
import ControlMessages
import ControlServer
import Formats

/// `warren resync`
struct Resync: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Full resynchronisation: what the sender does not publish again is marked or removed.",
        discussion: """
            Between `begin` and `end` the sender publishes every document of the scope once more. What no message was about is missing at the
            end, and is marked or removed as [processor.resync] says; more than `max_removed` only after a question.

            Examples:
              warren resync begin company-sync
              warren resync end company-sync --wait
              warren resync status company-sync
            """,
        subcommands: [ResyncBegin.self, ResyncEnd.self, ResyncStatus.self, ResyncCancel.self])
}

/// What the subcommands have in common.
struct ResyncOption: ParsableArguments {
    @OptionGroup var service: ServiceOption
    @Flag(help: "The report as JSON.")
    var json = false
    @Argument(help: "The name of a processor with [processor.resync].", completion: .processorNames)
    var name: String

    /// Sends a request. It may take as long as a count of the collection.
    func ask(_ method: RequestMethod, _ verb: String = "", _ order: ResyncOrder? = nil) throws(ClientError) -> ResyncReport {
        let path = "/v1/resync/\(name.percentEncoded)\(verb)"
        return try service.client.send(method, path, body: order, timeout: .seconds(3600))
    }

    /// Shows a report. A run that asks or has stopped waits for somebody: exit 3.
    func tell(_ report: ResyncReport) throws {
        if json {
            showJSON(try ControlJSON.encode(report))
        } else {
            ResyncText.lines(report).forEach { show($0) }
        }
        if ["asking", "stopped"].contains(report.state) { throw ExitCode.degraded }
    }
}

/// `warren resync begin`
struct ResyncBegin: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "begin",
        abstract: "Begins a run; returns when every instance knows of it.",
        discussion: """
            That takes a little longer than `[arangodb] timeout`. The sender begins after it: what is handled before may not be seen.
            """)

    @OptionGroup var resync: ResyncOption

    func run() throws {
        try resync.tell(asking { () throws(ClientError) in try resync.ask(.post, "/begin") })
    }
}

/// `warren resync status`
struct ResyncStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows how a run is: what it has seen, what is outstanding, what is missing.")

    @OptionGroup var resync: ResyncOption

    func run() throws {
        try resync.tell(asking { () throws(ClientError) in try resync.ask(.get) })
    }
}

/// `warren resync cancel`
struct ResyncCancel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Gives a run up: what is marked or removed stays so, everything else is left alone.")

    @OptionGroup var resync: ResyncOption

    func run() throws {
        try resync.tell(asking { () throws(ClientError) in try resync.ask(.post, "/cancel") })
    }
}
