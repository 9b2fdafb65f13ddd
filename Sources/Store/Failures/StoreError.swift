/// Why a store cannot be made from its settings. Never holds a password or a token.
public enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An `[arangodb] endpoints` entry that is no `http://host:port` or `https://host:port`: which (from 1), and what is wrong.
    case endpoint(Int, String)
    /// There is no endpoint at all.
    case noEndpoint
    /// A file of `[arangodb.tls]` cannot be read: key, path, and the system's reason.
    case file(key: String, path: String, reason: String)
    /// A text of the settings that HTTP cannot carry (a line break in a user name, say): which.
    case unsendable(String)
    /// This libcurl lacks something that we cannot do without.
    case libcurl(String)

    /// For the person who reads the log.
    public var description: String {
        switch self {
        case .endpoint(let number, let fault): "[arangodb] endpoints, entry \(number): \(fault)"
        case .noEndpoint: "[arangodb] endpoints is empty: name at least one, as \"http://host:8529\""
        case .file(let key, let path, let reason): "[arangodb.tls] \(key): cannot read \(path): \(reason)"
        case .unsendable(let what): "\(what) holds characters that an HTTP header cannot carry"
        case .libcurl(let what): "libcurl: \(what)"
        }
    }
}
