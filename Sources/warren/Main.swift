internal import Commands

/// The program. Everything it can do is in Commands, where tests can reach it.
@main enum Main {
    static func main() { Warren.main() }
}
