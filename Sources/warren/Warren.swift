import ArgumentParser

/// The command line. Exit codes: 64 usage, 78 configuration, 69 a server is unavailable, 77 not permitted (sysexits.h).
@main struct Warren: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "warren",
        abstract: "Keeps ArangoDB in step with RabbitMQ.",
        discussion: """
            Consumes several queues at once, writes documents in batches, retries, verifies, and parks what cannot be written.

            Examples:
              warren check --config /etc/warren/warren.toml      all mistakes of a configuration at once
              warren check --live                                 also asks both servers
              warren provision                                    queues, database, collections, indexes
              warren run                                          the service itself
            """,
        version: version,
        subcommands: [Version.self])

    /// One number for the program, the package and the User-Agent.
    static let version = "0.1.0"
}

/// `warren version`
struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Prints the version.")

    func run() { print("warren \(Warren.version)") }
}
