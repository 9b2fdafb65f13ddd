package import ArgumentParser
import Broker
import Glibc
import Service
import Threads

/// The command line. Exit codes follow sysexits.h: 64 usage, 78 configuration, 69 a server is unavailable, 77 not permitted.
package struct Warren: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "warren",
        abstract: "Keeps ArangoDB in step with RabbitMQ.",
        discussion: """
            Consumes several queues at once, writes documents in batches, retries, verifies, and parks what cannot be written.

            Examples:
              warren check                     all mistakes of /etc/warren/warren.toml at once
              warren provision                 creates queues, database, collections and indexes
              warren check --live              examines both servers for what the configuration needs
              warren check --live --prove      and proves on ArangoDB what Warren relies on
              warren run                       runs the service
              warren status                    what the service does, and what is wrong
              warren dead list company-updated  what could not be written, and why
              warren why companies 4711        what became of the last messages about a document
              warren pause company-sync        takes no messages until `warren resume company-sync`
            """,
        version: version,
        subcommands: [
            Run.self, Check.self, Provision.self, Status.self, Pause.self, Resume.self, Drain.self, Reload.self, LogLevel.self, Stop.self,
            Top.self, Dead.self, Resync.self, Explain.self, Why.self, Tail.self, Version.self, DescribeInterface.self,
        ])

    /// Not `async`: Swift would end the main thread then, with pthread_exit, which takes tables for unwinding; packaging/build leaves them out.
    package static func main() {
        openStandardStreams()
        Allocator.keepLittle()
        ThreadStack.setForAllThreads()
        // Swift's thread pool looks there how its threads do, and traps if it cannot; the arguments come from there, too.
        guard unsafe access("/proc/self/task", R_OK | X_OK) == 0 else {
            complain("warren: /proc is not there, and Warren cannot run without it: mount it (mount -t proc proc /proc)")
            exit(withError: ExitCode.configuration)
        }
        // Before there is another thread. Other commands are ended by these signals, as commands are.
        if CommandLine.arguments.dropFirst().first == Run._commandName { _ = Run.signals }
        guard TLSLibrary.ignoreSystemConfiguration() else {
            complain("warren: OpenSSL cannot be initialised")
            exit(withError: ExitCode.failure)
        }
        Task.detached {
            await main(nil)
            exit(withError: nil)
        }
        while true { pause() }
    }

    package init() {}

    /// One number for the program and the package.
    static let version = "0.2.0"
}
