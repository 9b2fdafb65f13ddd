/// Why a text is not TOML 1.0 (<https://toml.io/en/v1.0.0>), and where.
struct TOMLFault: Error, Equatable {
    /// From 1.
    let line: Int
    /// In characters, from 1.
    let column: Int
    /// What is wrong. Of the text it holds one character or the names of keys, never a value: that may be a password.
    let problem: String
}
