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
        discussion: """
            It keeps nothing beyond its own life. Of AQL it knows the queries that Warren sends, and a few of ArangoDB's drivers.

            Another process makes it misbehave: POST /_emulator/faults with {"effect":"drop","collection":"c","writes":true}, or an array of such objects.
            Effects: drop, stall, lose-reply, repeat, delay (milliseconds), answer and half (status, errorNum, message), element (keys, errorNum, \
            message, status). Each takes method, path, collection, coordinator, writes and times; all but element also skip and percent. GET shows the \
            faults in force, DELETE takes them back.

            With --in-front-of it is no server, but a proxy: what it does not make misbehave it passes on, to a real ArangoDB as well.
            """)

    @Option(help: "Address and port to listen on; port 0 takes a free one.")
    var listen = "127.0.0.1:8529"

    @Option(help: "Password of root. Without one nobody is asked for a password.")
    var password: String?

    @Option(name: .customLong("jwt-secret"), help: "What session tokens are signed with. Whoever has it may do everything. Random without.")
    var tokenSecret: String?

    @Flag(name: .customLong("harden"), help: "Tell only administrators which version it is, as --server.harden does.")
    var isHardened = false

    @Option(help: "Be a cluster with so many coordinators, on this port and those after it, all with one state.")
    var coordinators = 1

    @Flag(
        name: .customLong("without-messages"),
        help: "Elements that fail have a number and no message, as coordinators answer for a lost shard.")
    var leavesOutMessages = false

    @Option(help: "How long writing an array of documents takes, in milliseconds; arrays that meet in a key meanwhile fail with 1200.")
    var writeTime = 0

    @Option(help: "How often documents that a TTL index lets expire are removed, in seconds.")
    var ttlFrequency = 30

    @Flag(name: .customLong("null"), help: "Accept document writes without keeping them, as cheaply as possible.")
    var isNull = false

    @Option(help: "Speak as this version of ArangoDB.")
    var version = "3.12.10"

    @Option(name: .customLong("in-front-of"), help: "Pass requests on to the server at this URL (http only), and inject faults on the way.")
    var server: String?

    @Flag(help: "With --in-front-of: take out what tells which product answers, and /_emulator with it.")
    var anonymous = false

    mutating func run() async throws {
        guard let colon = listen.lastIndex(of: ":"), let port = UInt16(listen[listen.index(after: colon)...]) else {
            throw ValidationError("--listen \(listen): expected an address and a port, such as 127.0.0.1:8529")
        }
        let (stop, continuation) = AsyncStream.makeStream(of: Int32.self)
        let sources = [SIGTERM, SIGINT].map { signalSource($0, continuation) }
        guard (1...9).contains(coordinators), writeTime >= 0, ttlFrequency >= 0 else {
            throw ValidationError("--coordinators is 1 to 9, --write-time and --ttl-frequency are 0 or above")
        }
        guard server != nil || !anonymous else { throw ValidationError("--anonymous goes with --in-front-of") }
        let host = String(listen[..<colon])
        let end: () async -> Void
        if let server {
            let proxy = try await DatabaseProxy.start(
                DatabaseProxy.Configuration(
                    server: try ServerAddress(server), host: host, port: Int(port), isAnonymous: anonymous, takesOrders: true))
            print("listening on \(proxy.url)")
            end = { await proxy.stop() }
        } else {
            let emulator = try await ArangoEmulator.start(configuration(host: host, port: Int(port)))
            print("listening on \(emulator.urls.joined(separator: " "))")
            end = { await emulator.stop() }
        }
        // Whoever started us waits for this line, and standard output may be a pipe.
        fflush(nil)
        for await _ in stop { break }
        for source in sources { source.cancel() }
        await end()
    }

    private func configuration(host: String, port: Int) -> Configuration {
        Configuration(
            host: host, port: port, password: password, isNull: isNull, version: version, isHardened: isHardened, tokenSecret: tokenSecret,
            coordinators: coordinators, tellsMessages: !leavesOutMessages, writeTime: .milliseconds(writeTime),
            expiryInterval: .seconds(ttlFrequency))
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
