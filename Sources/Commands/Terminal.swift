import CLinux
import Glibc
import Synchronization

/// The terminal while `warren top` has it: another screen, keys one by one. Given back as it was, whichever way the program ends.
struct Terminal: ~Copyable {
    /// A resize, and all that ends a program or takes the terminal from it.
    private static let awaited = [SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGTSTP]

    private let before: termios
    /// Where the numbers of signals can be read.
    private let signals: Int32

    /// Nil if standard input or output is no terminal.
    init?() {
        var attributes = termios()
        guard isatty(STDOUT_FILENO) == 1, unsafe tcgetattr(STDIN_FILENO, &attributes) == 0,
            let signals = SignalPipe.open(Self.awaited)
        else { return nil }
        before = attributes
        self.signals = signals
        attributes.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        unsafe tcsetattr(STDIN_FILENO, TCSANOW, &attributes)
        write(TerminalText.enter)
    }

    deinit {
        write(TerminalText.leave)
        var attributes = before
        unsafe tcsetattr(STDIN_FILENO, TCSANOW, &attributes)
        // The pipe stays open for signals that come now; the program ends.
    }

    /// Columns and rows.
    var size: (width: Int, height: Int) { Self.size ?? (80, 24) }

    /// Columns and rows of the terminal that standard output is; `nil` if it is none.
    static var size: (width: Int, height: Int)? {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// What happened, at the latest after `milliseconds`.
    enum Event { case keys([TopKey]), resized, ended, nothing }

    func wait(milliseconds: Int32) -> Event {
        var watched = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0), pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
        ]
        guard unsafe poll(&watched, 2, milliseconds) > 0 else { return .nothing }
        if watched[1].revents != 0 {
            var numbers = [UInt8](repeating: 0, count: 64)
            let count = unsafe read(signals, &numbers, numbers.count)
            return numbers.prefix(max(0, count)).contains { Int32($0) != SIGWINCH } ? .ended : .resized
        }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe read(STDIN_FILENO, &bytes, bytes.count)
        return count > 0 ? .keys(TopKey.keys(in: bytes.prefix(count))) : .ended
    }
}

/// Signals as bytes to be read. Not by signalfd(2): a signal to the process comes to the main thread, where it is not blocked, and blocking it there
/// would keep it from commands that are to be ended by it.
private enum SignalPipe {
    /// Where the handler writes.
    static let writeEnd = Atomic<Int32>(-1)

    /// From now on these signals do nothing but write their numbers; returns where they can be read, or nil.
    static func open(_ signals: [Int32]) -> Int32? {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        writeEnd.store(ends[1], ordering: .relaxed)
        for signal in signals { take(signal) }
        return ends[0]
    }

    /// write(2) is all that happens in the handler (signal-safety(7)).
    private static func take(_ signal: Int32) {
        var action = sigaction()
        action.sa_flags = SA_RESTART
        unsafe action.__sigaction_handler.sa_handler = { number in
            var byte = UInt8(truncatingIfNeeded: number)
            _ = unsafe write(SignalPipe.writeEnd.load(ordering: .relaxed), &byte, 1)
        }
        _ = unsafe sigaction(signal, &action, nil)
    }
}
