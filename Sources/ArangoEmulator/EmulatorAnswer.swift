/// What ``ArangoEmulator/perform(_:_:body:)`` answers.
public struct EmulatorAnswer: Sendable {
    /// HTTP status.
    public let status: Int
    /// Names in lower case; without those that all answers have.
    public let headers: [String: String]
    /// JSON text.
    public let body: String

    init(_ response: Response) {
        status = response.status
        headers = Dictionary(response.headers.map { ($0.name, $0.value) }) { first, _ in first }
        body = String(decoding: response.body, as: UTF8.self)
    }
}

/// Why the emulator does not start.
public enum EmulatorError: Error, CustomStringConvertible {
    /// The configured version does not begin with two numbers.
    case malformedVersion(String)
    /// The address is taken, not ours or not allowed.
    case cannotListen(address: String, reason: String)

    /// For the person at the terminal.
    public var description: String {
        switch self {
        case .malformedVersion(let text): "'\(text)' is no version of ArangoDB: expected something like 3.12.10"
        case .cannotListen(let address, let reason):
            "cannot listen on \(address): \(reason); choose another address with --listen, or end who has it"
        }
    }
}
