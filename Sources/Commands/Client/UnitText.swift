/// The `[Service]` section of a unit, as `systemctl cat` prints it: the unit's file and those beside it that change it (systemd.syntax(7)).
struct UnitText {
    /// Its assignments in their order, without those that an empty one took back.
    private(set) var assignments: [(key: String, value: String)] = []

    /// Reads the text. `instance` stands for `%i`.
    init(_ text: String, unit: String, instance: String?) {
        var isService = false
        var pending = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            // Also between the lines of a value.
            guard !line.isComment else { continue }
            pending += line.trimmed
            if pending.hasSuffix("\\") {
                pending = String(pending.dropLast()) + " "
                continue
            }
            let whole = pending.trimmed
            pending = ""
            if whole.hasPrefix("[") { isService = whole == "[Service]" }
            guard isService, let equals = whole.firstIndex(of: "=") else { continue }
            let key = String(whole[..<equals].trimmed)
            let value = Self.resolved(whole[whole.index(after: equals)...].trimmed, unit: unit, instance: instance)
            if value.isEmpty { assignments.removeAll { $0.key == key } } else { assignments.append((key, value)) }
        }
    }

    /// The values of a key, in their order.
    func values(_ key: String) -> [String] { assignments.filter { $0.key == key }.map(\.value) }

    /// The specifiers that a path in `/etc` has use for (systemd.unit(5)); others stay as they are, and name no file.
    private static func resolved(_ text: String, unit: String, instance: String?) -> String {
        text.replacing("%i", with: instance ?? "").replacing("%I", with: instance ?? "").replacing("%n", with: "\(unit).service")
            .replacing("%N", with: unit).replacing("%%", with: "%")
    }

    /// The words of a value: separated by white space, in quotes where they have some; a backslash takes what follows as it is.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in text {
            if isEscaped {
                word = (word ?? "") + String(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let whole = word { words.append(whole) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    fileprivate var trimmed: String {
        var text = drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }

    fileprivate var isComment: Bool { trimmed.hasPrefix("#") || trimmed.hasPrefix(";") }
}
