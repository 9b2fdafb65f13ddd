internal import Formats

/// A value of the configuration, of any source, with the location that it comes from.
struct ConfigurationValue: Sendable, Equatable {
    /// What the value is.
    enum Content: Sendable, Equatable {
        case string(String)
        case integer(Int)
        case number(Double)
        case flag(Bool)
        /// A date, a time or both, as TOML writes it.
        case moment(String)
        case list([ConfigurationValue])
        case table([Member])
    }

    /// One key of a table. Tables keep the order of the file.
    struct Member: Sendable, Equatable {
        let name: String
        let value: ConfigurationValue
    }

    let content: Content
    let location: ConfigurationLocation

    /// The value as an error shows it: what was written, cut short where it is long.
    var shown: String {
        switch content {
        case .string(let text): JSONString.shown(text.shortened(to: 80))
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .flag(let flag): "\(flag)"
        case .moment(let text): text
        case .list: "[…]"
        case .table: "{…}"
        }
    }
}
