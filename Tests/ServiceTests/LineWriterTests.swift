import Glibc
import Logging
import Testing

@testable import Service

@Suite("The writer of log lines")
struct LineWriterTests {
    /// Both ends of a pipe.
    private struct Pipe: ~Copyable {
        let reading: Int32
        let writing: Int32

        init() throws {
            var ends: [Int32] = [-1, -1]
            try #require(unsafe pipe(&ends) == 0)
            (reading, writing) = (ends[0], ends[1])
            _ = fcntl(reading, F_SETFL, O_NONBLOCK)
        }

        /// What has come.
        func read() -> String {
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            let count = unsafe Glibc.read(reading, &bytes, bytes.count)
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
    }

    /// Reads until a line holds `mark`.
    private func lines(of pipe: borrowing Pipe, until mark: String) async throws -> [Substring] {
        var text = ""
        let deadline = ContinuousClock.now + .seconds(60)
        while !text.contains(mark) || text.last != "\n", .now < deadline {
            text += pipe.read()
            try await Task.sleep(for: .milliseconds(1))
        }
        return text.split(separator: "\n")
    }

    @Test("Writes lines whole and in their order")
    func order() async throws {
        let pipe = try Pipe()
        let writer = LineWriter(pipe.writing)
        for number in 1...500 { writer.write(.info, "line \(number).", [:], .journal) }
        #expect(try await lines(of: pipe, until: "line 500.") == (1...500).map { "<6>line \($0)." })
    }

    @Test("Never waits for a pipe that nobody reads, and tells later how many lines that has cost")
    func nobodyReads() async throws {
        let pipe = try Pipe()
        let writer = LineWriter(pipe.writing)
        let text = String(repeating: "x", count: 1000)
        let count = 5000
        for number in 1...count { writer.write(.info, "\(number) \(text)", [:], .journal) }
        writer.write(.error, "fault", [:], .journal)
        let lines = try await lines(of: pipe, until: "Log lines were lost")
        let lost = try #require(lines.last?.split(separator: "=").last.flatMap { Int($0) })
        #expect(lines.last == "<4>Log lines were lost, because standard error did not take them in time  lost=\(lost)")
        #expect(lost > count / 2)
        #expect(lines.count == count + 1 - lost + 1, "each line is there or counted")
        #expect(lines.contains("<3>fault"), "what tells of faults has room of its own")
    }

    @Test("Survives a pipe without a reader, and a full disk", arguments: ["pipe", "/dev/full"])
    func broken(kind: String) async throws {
        // What `warren run` does first.
        _ = signal(SIGPIPE, SIG_IGN)
        var descriptor = Int32(-1)
        if kind == "pipe" {
            let pipe = try Pipe()
            close(pipe.reading)
            descriptor = pipe.writing
        } else {
            descriptor = unsafe open(kind, O_WRONLY | O_CLOEXEC)
        }
        let writer = LineWriter(descriptor)
        for number in 1...100 { writer.write(.warning, "line \(number)", [:], .text) }
        writer.flush()
        // The disk has room again: the number of lost lines follows the first line that can be written.
        let pipe = try Pipe()
        try #require(dup2(pipe.writing, descriptor) == descriptor)
        writer.write(.info, "room again", [:], .journal)
        let lines = try await lines(of: pipe, until: "Log lines were lost")
        #expect(lines.first == "<6>room again")
        #expect(lines.last?.hasSuffix("lost=100") == true)
        close(descriptor)
    }
}
