import ArgumentParser
import CLinux
import FoundationEssentials
import Glibc

/// Opens those of the standard streams that are closed: otherwise the next socket or file would get the number, and log lines would go into it.
/// Has standard output written line by line, so that it comes in order with standard error.
func openStandardStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
        // The kernel gives the lowest number that is free.
        _ = unsafe open("/dev/null", O_RDWR)
    }
    _ = clinux_write_lines_at_once()
}

/// Everything on standard input, but at most one byte more than `limit`, so that the caller can see that it is too much.
func readInput(limit: Int) throws(ExitCode) -> [UInt8] {
    var (content, part) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    while true {
        let count = unsafe read(STDIN_FILENO, &part, part.count)
        if count == 0 || content.count > limit { return content }
        guard count > 0 || errno == EINTR else {
            complain("warren: cannot read the message: \(unsafe String(cString: strerror(errno)))")
            throw .failure
        }
        content += part.prefix(min(max(0, count), limit + 1 - content.count))
    }
}

/// Writes to standard output at once. Fails when nobody reads any more, as with `| head`.
func writeOutput(_ bytes: [UInt8]) throws(ExitCode) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes { unsafe write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        guard count >= 0 || errno == EINTR else { throw .failure }
        rest = rest.dropFirst(max(0, count))
    }
}

/// Writes one line or more to standard output. Characters that a terminal would obey are escaped.
func show(_ text: String) { print(TerminalText.escapedLines(text)) }

/// Writes JSON to standard output. Characters that a terminal would obey are escaped; the values stay the same.
func showJSON(_ text: [UInt8]) {
    let lines = String(decoding: TerminalText.escapedJSON(text), as: UTF8.self)
    print(lines, terminator: text.last == UInt8(ascii: "\n") ? "" : "\n")
}

/// The bytes of a text in Base64; empty for any other text.
func base64Decoded(_ text: String) -> [UInt8] { Data(base64Encoded: text).map(Array.init) ?? [] }
