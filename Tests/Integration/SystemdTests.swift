import FoundationEssentials
import Glibc
import Nodes
import SystemdReceiver
import TestDatabase
import Testing
import Waiting

extension WholeService {
    /// The daemon as a process, with the test acting as systemd and journald.
    @Suite("Under systemd", .serialized)
    struct UnderSystemd {
        private let directory = FileManager.default.temporaryDirectory.path + "/warren-systemd.\(UInt32.random(in: .min ... .max))"
        private var binary: String { LedgerOptions([:]).binary }

        /// A file of the test's directory, for its owner only.
        private func write(_ name: String, _ text: String) throws -> String {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let path = "\(directory)/\(name)"
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            return path
        }

        private func read(_ name: String) -> String { (try? String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)) ?? "" }

        /// `JOURNAL_STREAM` for a process whose output goes to this file.
        private func stream(_ path: String) throws -> String {
            var facts = stat()
            try #require(unsafe stat(path, &facts) == 0)
            return "\(facts.st_dev):\(facts.st_ino)"
        }

        @Test("A broken configuration: exit code 78, and each mistake is one entry of the journal with file, line and priority 3")
        func broken() async throws {
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let file = try write("warren.toml", "[rabbitmq]\nprefetch = 0\n[retry]\nattempts = -1\n[log]\nlevl = \"info\"\n")
            let output = try write("output", "")
            let environment = ["JOURNAL_STREAM": try stream(output)]
            let (binary, arguments) = (binary, ["run", "--config", file])
            let (receiver, process) = try await inPrivateRun {
                let receiver = try DatagramReceiver("/run/systemd/journal/socket")
                return (receiver, try ChildProcess(binary, arguments, environment: environment, output: output))
            }
            #expect(try await process.end(within: 60) == .exited(78))
            let entries = receiver.all()
            #expect(entries.allSatisfy { $0.contains("\nPRIORITY=3\nSYSLOG_IDENTIFIER=warren\n") })
            let messages = entries.compactMap { $0.split(separator: "\n").first }
            for (line, key) in [(2, "rabbitmq.prefetch"), (4, "retry.attempts"), (6, "log.levl")] {
                #expect(messages.count { $0.hasPrefix("MESSAGE=\(file):\(line): \(key)") } == 1)
            }
            #expect(read("output") == "")
        }

        @Test("Secrets are in no log, status, error, argument or core, though both servers refuse them")
        func secrets() async throws {
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let (broker, database) = ("broker-Geheim-1", "database-Geheim-2")
            let hidden = [broker, database] + ["guest:\(broker)", "root:\(database)"].map { Data($0.utf8).base64EncodedString() }
            let server = try await TestDatabase.make()
            let place = try #require(World.amqpURL).split(separator: "@").last.map { $0.replacing("amqp://", with: "") } ?? ""
            let file = try write(
                "warren.toml",
                """
                [rabbitmq]
                endpoints = ["amqp://guest:\(broker)@\(place)"]
                [arangodb]
                endpoints = ["\(server.url)"]
                [log]
                level = "trace"
                [control]
                socket = "\(directory)/control.sock"
                [[processor]]
                name = "p"
                queue = "q"
                operation = "update"
                collection = "c"
                key = "/id"
                """)
            _ = try write("arangodb.password", "\(database)\n")
            let manager = try DatagramReceiver("\(directory)/notify.sock")
            let environment = ["CREDENTIALS_DIRECTORY": directory, "NOTIFY_SOCKET": "\(directory)/notify.sock"]
            var told = ""
            for (name, arguments) in [("check", ["check"]), ("live", ["check", "--live"])] {
                let process = try ChildProcess(
                    binary, arguments + ["--config", file], environment: environment, output: "\(directory)/\(name).log")
                _ = try await process.end(within: 60)
                told += read("\(name).log")
            }
            #expect(told.contains("login refused"))

            // As large a core as it may be; there must be none.
            var limit = rlimit()
            _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
            limit.rlim_cur = limit.rlim_max
            _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
            let process = try ChildProcess(
                binary, ["run", "--config", file], environment: environment, output: "\(directory)/run.log")
            // The status follows the log: the two servers refuse in any order, and the reason for waiting is updated at the next look.
            try await eventually("READY though the broker refuses us, and a status that says so") { [read = read] in
                told += manager.all().joined(separator: "\n")
                return ["READY=1", "STATUS=waiting for RabbitMQ at"].allSatisfy(told.contains) && read("run.log").contains("login refused")
            }
            told += try String(contentsOfFile: "/proc/\(process.pid)/cmdline", encoding: .utf8)
            // As the watchdog does it.
            process.send(SIGABRT)
            #expect(try await process.end(within: 60) == .signalled(SIGABRT))
            #expect(!process.hasDumpedCore)
            told += read("run.log") + manager.all().joined()
            for secret in hidden { #expect(!told.contains(secret)) }
        }
    }
}
