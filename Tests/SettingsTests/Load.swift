import Settings

/// A processor that is right, to be put around what a test is about.
let processor = """
    [[processor]]
    name = "p"
    queue = "q"
    operation = "update"
    collection = "c"
    key = "/id"

    """

/// The settings of one file, `t.toml`.
func load(_ text: String, environment: [String: String] = [:], credentials: [String: String] = [:]) throws(SettingsErrors) -> Settings {
    try SettingsLoader.settings(from: [ConfigurationSource(name: "t.toml", text: text)], environment: environment, credentials: credentials)
}

/// The mistakes in one file, `t.toml`, as they are printed.
func mistakes(_ text: String, environment: [String: String] = [:], credentials: [String: String] = [:]) -> [String] {
    mistakes([("t.toml", text)], environment: environment, credentials: credentials)
}

/// The mistakes in several files as they are printed.
func mistakes(_ files: [(name: String, text: String)], environment: [String: String] = [:], credentials: [String: String] = [:]) -> [String]
{
    do throws(SettingsErrors) {
        _ = try SettingsLoader.settings(
            from: files.map { ConfigurationSource(name: $0.name, text: $0.text) }, environment: environment, credentials: credentials)
        return []
    } catch {
        return error.errors.map(\.description)
    }
}
