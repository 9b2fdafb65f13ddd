/// One TOML file, already read.
public struct ConfigurationSource: Sendable, Equatable {
    /// The file's name, as in errors.
    public let name: String
    /// Its text.
    public let text: String

    /// A file by its name and text.
    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// The file as a table. After a syntax error nothing that follows can be trusted, so there is one at most.
    func parsed() throws(SettingsError) -> ConfigurationValue {
        do throws(TOMLFault) {
            return try TOMLParser.parse(text, file: name)
        } catch {
            throw SettingsError(
                location: .file(name, line: error.line), key: nil, value: nil,
                problem: "not valid TOML: \(error.problem) (column \(error.column))")
        }
    }
}
