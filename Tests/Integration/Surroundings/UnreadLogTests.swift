import Commands
import ControlClients
import ControlMessages
import FoundationEssentials
import Glibc
import Nodes
import Testing
import Waiting

extension WholeService.SurroundingsOfTheProcess {
    @Test(
        "A log pipe that nobody reads stops neither the control socket nor the end, and later tells how many lines that has cost",
        arguments: ["json", "text"])
    func unreadLog(format: String) async throws {
        let daemon = try DaemonProcess(in: try await World.make())
        defer { daemon.removeFiles() }
        let pipe = "\(daemon.directory)/pipe"
        try #require(unsafe mkfifo(pipe, 0o600) == 0)
        let reader = unsafe open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        let process = try daemon.start(behind: #"exec "$@""#, variables: ["WARREN_LOG_FORMAT": format], output: pipe)
        try await daemon.consuming()
        // Each leads to a line of more than 1 kB; the pipe holds 64 KiB, the writer 1 MiB.
        let changes = 1500, name = String(repeating: "x", count: 1000)
        for _ in 0..<changes {
            await #expect(throws: ClientError.self) {
                let _: StatusReport = try await daemon.client.send(.post, "/v1/processors/\(name)/pause")
            }
        }
        try await daemon.healthy()
        var text = ""
        try await eventually("the count of the lost") {
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            let count = unsafe read(reader, &bytes, bytes.count)
            text += String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            return text.contains("Log lines were lost") && text.last == "\n"
        }
        let told = text.split(separator: "\n")
        let count = try #require(told.last?.split { !$0.isNumber }.last.flatMap { Int($0) })
        #expect(told.count { $0.contains("Control request refused") } + count == changes, "each line is there or counted")
        try await daemon.stop(process)
    }

    @Test("SIGTERM ends it in order although its log is stuck")
    func endWithUnreadLog() async throws {
        let daemon = try DaemonProcess(in: try await World.make())
        defer { daemon.removeFiles() }
        let pipe = "\(daemon.directory)/pipe"
        try #require(unsafe mkfifo(pipe, 0o600) == 0)
        let reader = unsafe open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        let filler = unsafe open(pipe, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(filler) }
        while unsafe write(filler, [UInt8](repeating: 0, count: 4096), 4096) > 0 {}
        let process = try daemon.start(behind: #"exec "$@""#, output: pipe)
        try await daemon.consuming()
        try await daemon.stop(process)
    }

    @Test(
        "A log that is closed, a full disk, or a pipe whose reader has gone does not matter",
        arguments: ["2>&-", "2>/dev/full", "2>&1 | true"])
    func noLog(redirection: String) async throws {
        let daemon = try DaemonProcess(in: try await World.make())
        defer { daemon.removeFiles() }
        // Behind a pipe the shell stays, and reports how the program ended.
        let isPiped = redirection.contains("|")
        let process = try daemon.start(
            behind: isPiped ? #"{ "$@"; echo $? >"$STATUS"; } \#(redirection)"# : #"exec "$@" \#(redirection)"#,
            variables: ["STATUS": "\(daemon.directory)/status"])
        try await daemon.consuming()
        if redirection == "2>&-" {
            // Nothing else has got the number: log lines would go into it.
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process.pid)/fd/2") == "/dev/null")
        }
        if isPiped {
            let reply: StopReply = try await daemon.client.send(.post, "/v1/stop")
            _ = reply
            _ = try await process.end(within: 60)
            #expect(try String(contentsOfFile: "\(daemon.directory)/status", encoding: .utf8) == "0\n")
        } else {
            try await daemon.stop(process)
        }
    }
}
