import ArgumentParser
import ControlMessages
import ControlServer
import Formats

/// `warren resync`
struct Resync: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs a full resynchronisation: marks or removes what the sender does not publish again.",
        discussion: """
            Between `begin` and `end` the sender publishes every document of the scope once more. A document that no message was about is missing at \
            the end, and Warren marks or removes it as [processor.resync] says. If more than `max_removed` are missing, Warren asks first.

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
    @Flag(help: "Print the report as JSON.")
    var json = false
    @Argument(help: "The name of a processor with [processor.resync].", completion: .processorNames)
    var name: String

    /// Sends a request. It may take as long as a count of the collection.
    func ask(
        _ client: ControlClient, _ method: RequestMethod, _ verb: String = "", _ order: ResyncOrder? = nil
    ) throws(ClientError) -> ResyncReport {
        try client.send(method, "/v1/resync/\(name.percentEncoded)\(verb)", body: order, timeout: .seconds(3600))
    }

    /// Shows a report. A run that asks or has stopped waits for an administrator: exit 3.
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
        abstract: "Begins a run, and waits until every instance knows of it.",
        discussion: """
            This takes 3 seconds, and `[arangodb] timeout` once for each endpoint and once more. Let the sender begin afterwards: a document that \
            is written earlier may count as missing.
            """)

    @OptionGroup var resync: ResyncOption

    func run() throws {
        let client = try resync.service.client()
        try resync.tell(asking { () throws(ClientError) in try resync.ask(client, .post, "/begin") })
    }
}

/// `warren resync status`
struct ResyncStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows the state of a run: what it has seen, what is outstanding, and what is missing.")

    @OptionGroup var resync: ResyncOption

    func run() throws {
        let client = try resync.service.client()
        try resync.tell(asking { () throws(ClientError) in try resync.ask(client, .get) })
    }
}

/// `warren resync cancel`
struct ResyncCancel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Cancels a run. What it has marked or removed stays so; nothing else changes.")

    @OptionGroup var resync: ResyncOption

    func run() throws {
        let client = try resync.service.client()
        try resync.tell(asking { () throws(ClientError) in try resync.ask(client, .post, "/cancel") })
    }
}
