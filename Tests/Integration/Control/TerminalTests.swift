import Commands
import FoundationEssentials
import Glibc
import Nodes
import Synchronization
import Testing
import Waiting

extension WholeService {
    @Suite("The terminal of `warren top`") struct TerminalOfTop {
        @Test(
            "Whichever way top ends, the terminal is as it was before",
            arguments: [Ending.key("q"), .key("\u{3}"), .signal(SIGINT), .signal(SIGTERM), .signal(SIGHUP)])
        func restored(ending: Ending) async throws {
            let daemon = try DaemonProcess(in: try await World.make())
            defer { daemon.removeFiles() }
            let service = try daemon.start()
            try await daemon.consuming()

            let terminal = try PseudoTerminal(columns: 100, rows: 30)
            let before = try terminal.attributes
            let top = try ChildProcess(
                DaemonProcess.binary, ["top", "--socket", daemon.socket], environment: ["TERM": "xterm"], output: "/dev/null",
                terminal: terminal.path)
            try await eventually("the screen") { terminal.output.contains("updated") }
            #expect(try terminal.attributes != before, "keys come one by one, without an echo")

            // A smaller one: it is drawn again, and top continues.
            let drawn = terminal.output.count
            terminal.resize(columns: 80, rows: 24)
            top.send(SIGWINCH)
            try await eventually("the screen again") { terminal.output.dropFirst(drawn).contains("updated") }
            #expect(top.currentEnding == nil)

            switch ending {
            case .key(let key): terminal.type(key)
            case .signal(let signal): top.send(signal)
            }
            // Reading meanwhile, or it would wait for room for its last words.
            try await eventually("the end, and the screen that was there before") {
                terminal.output.hasSuffix(TerminalText.leave) && top.currentEnding != nil
            }
            #expect(top.currentEnding == .exited(0))
            #expect(try terminal.attributes == before)
            try await daemon.stop(service)
        }

        enum Ending: Sendable {
            case key(String)
            case signal(Int32)
        }
    }
}

/// A terminal without a person in front of it (pty(7)).
private final class PseudoTerminal: Sendable {
    /// What a terminal does with characters, comparable.
    struct Attributes: Equatable {
        let flags: [tcflag_t]
        let characters: [UInt8]
    }

    /// Where a program opens it.
    let path: String
    private let master: Int32
    /// Held open, so that it outlives the programs in it.
    private let slave: Int32
    private let drawn = Mutex<[UInt8]>([])

    init(columns: UInt16, rows: UInt16) throws {
        // As posix_openpt(3), unlockpt(3) and ptsname(3) do it (ioctl_tty(2)): Swift's Glibc does not have them.
        master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var (lock, number) = (Int32(0), Int32(-1))
        try #require(unsafe ioctl(master, 0x4004_5431, &lock) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
        path = "/dev/pts/\(number)"
        slave = unsafe open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(slave >= 0)
        resize(columns: columns, rows: rows)
    }

    deinit {
        close(slave)
        close(master)
    }

    /// What has been drawn until now.
    var output: String {
        drawn.withLock { drawn in
            var bytes = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = unsafe read(master, &bytes, bytes.count)
                guard count > 0 else { return String(decoding: drawn, as: UTF8.self) }
                drawn += bytes.prefix(count)
            }
        }
    }

    var attributes: Attributes {
        get throws {
            var attributes = termios()
            try #require(unsafe tcgetattr(slave, &attributes) == 0)
            return Attributes(
                flags: [attributes.c_iflag, attributes.c_oflag, attributes.c_cflag, attributes.c_lflag],
                characters: unsafe withUnsafeBytes(of: attributes.c_cc) { unsafe Array($0) })
        }
    }

    func resize(columns: UInt16, rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = unsafe ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe write(master, bytes, bytes.count)
    }
}
