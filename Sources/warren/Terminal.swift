import CLinux
import Control
import Glibc

/// The terminal while `warren top` has it: another screen, keys one by one. Given back as it was, whichever way the program ends.
struct Terminal: ~Copyable {
    private let before: termios
    private let signals: Int32

    /// Nil if standard input or output is no terminal.
    init?() {
        var attributes = termios()
        guard isatty(STDOUT_FILENO) == 1, unsafe tcgetattr(STDIN_FILENO, &attributes) == 0 else { return nil }
        before = attributes
        // Resizes and ends come as bytes to be read, so that nothing happens inside a signal handler.
        var awaited = sigset_t()
        unsafe sigemptyset(&awaited)
        for signal in [SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGTSTP] { unsafe sigaddset(&awaited, signal) }
        unsafe pthread_sigmask(SIG_BLOCK, &awaited, nil)
        signals = unsafe signalfd(-1, &awaited, Int32(SFD_CLOEXEC))
        attributes.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        unsafe tcsetattr(STDIN_FILENO, TCSANOW, &attributes)
        write(TerminalText.enter)
    }

    deinit {
        write(TerminalText.leave)
        var attributes = before
        unsafe tcsetattr(STDIN_FILENO, TCSANOW, &attributes)
        close(signals)
    }

    /// Columns and rows.
    var size: (width: Int, height: Int) {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
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
            var signal = signalfd_siginfo()
            guard unsafe read(signals, &signal, MemoryLayout<signalfd_siginfo>.size) > 0 else { return .ended }
            return Int32(signal.ssi_signo) == SIGWINCH ? .resized : .ended
        }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe read(STDIN_FILENO, &bytes, bytes.count)
        return count > 0 ? .keys(TopKey.keys(in: bytes.prefix(count))) : .ended
    }
}
