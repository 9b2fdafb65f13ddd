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
