import ArgumentParser
import ControlMessages
import FoundationEssentials
import Settings

extension CompletionKind {
    /// The processors' names: those of the running service, or else those of the configuration. Waits for a second at most, because a person has just
    /// pressed the key. If neither can be had, there are no names and no error message.
    static var processorNames: CompletionKind {
        .custom { words, _, _ in
            let socket = value(of: "--socket", in: words) ?? value(of: "--instance", in: words).map { UnitFiles.socket(ofInstance: $0) }
            let file = value(of: "--config", in: words) ?? SettingsLoader.defaultFile
            let settings = try? SettingsLoader.load(file: file, environment: ProcessInfo.processInfo.environment)
            let path =
                socket ?? settings?.control.socket ?? ProcessInfo.processInfo.environment["WARREN_CONTROL_SOCKET"]
                ?? ControlSettings().socket
            let list: ProcessorList? = try? ControlClient(socket: path, group: nil).send(.get, "/v1/processors", timeout: .seconds(1))
            return list?.processors.map(\.name) ?? settings?.processors.map(\.name) ?? []
        }
    }

    /// What follows an option on a command line that is not complete yet.
    private static func value(of option: String, in words: [String]) -> String? {
        if let word = words.first(where: { $0.hasPrefix("\(option)=") }) { return String(word.dropFirst(option.count + 1)) }
        guard let index = words.firstIndex(of: option) else { return nil }
        // bash counts the `=` between them as a word.
        return words[(index + 1)...].first { $0 != "=" }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
