internal import ArangoEmulator
internal import ArgumentParser
internal import Dispatch
internal import Glibc

/// `arango-emulator`: runs until SIGTERM or SIGINT.
@main
struct ArangoEmulatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "arango-emulator",
        abstract: "A small ArangoDB-compatible server in memory, for tests and the try-out.",
        discussion: "It keeps nothing beyond its own life and knows no AQL. Another process can make it misbehave: POST /_emulator/faults.")

    @Option(help: "Address and port to listen on; port 0 takes a free one.")
    var listen = "127.0.0.1:8529"

    @Option(help: "Password of root. Without one nobody is asked for a password.")
    var password: String?

    @Flag(name: .customLong("null"), help: "Accept document writes without keeping them, as cheaply as possible.")
    var isNull = false

    @Option(help: "Speak as this version of ArangoDB.")
    var version = "3.12.10"

    @Flag(help: "Hide from users who are no administrators what --server.harden hides.")
    var harden = false

    mutating func run() async throws {
        guard let colon = listen.lastIndex(of: ":"), let port = UInt16(listen[listen.index(after: colon)...]) else {
            throw ValidationError("--listen \(listen): expected an address and a port, such as 127.0.0.1:8529")
        }
        let (stop, continuation) = AsyncStream.makeStream(of: Int32.self)
        let sources = [SIGTERM, SIGINT].map { signalSource($0, continuation) }
        let emulator = try await ArangoEmulator.start(
            Configuration(
                host: String(listen[..<colon]), port: Int(port), password: password, isNull: isNull, version: version, isHardened: harden))
        print("listening on \(emulator.url)")
        // Whoever started us waits for this line, and standard output may be a pipe.
        fflush(nil)
        for await _ in stop { break }
        for source in sources { source.cancel() }
        await emulator.stop()
    }

    /// Yields the number with each such signal; it no longer ends the process by itself.
    private func signalSource(_ number: Int32, _ continuation: AsyncStream<Int32>.Continuation) -> any DispatchSourceSignal {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number)
        source.setEventHandler { continuation.yield(number) }
        source.resume()
        return source
    }
}
