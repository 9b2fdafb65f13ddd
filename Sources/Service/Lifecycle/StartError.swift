/// Why the service cannot start, however long it waits.
public enum StartError: Error, CustomStringConvertible {
    /// The configuration asks for what this server, file or library cannot do. Exit code 78.
    case configuration(String)

    /// What and why.
    public var description: String {
        switch self {
        case .configuration(let text): text
        }
    }
}
