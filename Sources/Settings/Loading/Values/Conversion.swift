/// How a value of the configuration becomes one of ours, or what would be right instead.
struct Conversion<Value> {
    /// How an environment variable's text is read.
    let form: KeyForm
    /// The conversion itself.
    let convert: (ConfigurationValue) throws(Mistake) -> Value
    /// The way back, for defaults that are shown; `nil` for a value that no file says.
    let written: (Value) -> ConfigurationValue.Content?

    init(
        _ form: KeyForm = .text, written: @escaping (Value) -> ConfigurationValue.Content? = { .init(writing: $0) },
        _ convert: @escaping (ConfigurationValue) throws(Mistake) -> Value
    ) {
        self.form = form
        self.convert = convert
        self.written = written
    }
}

/// Why a value cannot be taken.
struct Mistake: Error {
    /// The value as it may be shown; `nil` if it must not be shown.
    let value: String?
    /// What would be right.
    let problem: String
}

extension ConfigurationValue {
    /// A mistake that shows this value.
    func mistake(_ problem: String) -> Mistake { Mistake(value: shown, problem: problem) }
}

extension Conversion<String> {
    /// A text of so many UTF-8 bytes. Without a NUL: the libraries that get it read up to the first one.
    static func text(bytes: ClosedRange<Int> = 1...4096) -> Self {
        Conversion { value throws(Mistake) in
            guard case .string(let text) = value.content else { throw value.mistake("must be text in quotes") }
            guard !text.utf8.contains(0) else { throw value.mistake("must not hold a NUL character") }
            guard bytes.contains(text.utf8.count) else {
                throw value.mistake(text.isEmpty ? "must not be empty" : "must be at most \(bytes.upperBound) bytes long")
            }
            return text
        }
    }
}

extension Conversion<Secret> {
    /// A text that no error may show.
    static var secret: Self {
        Conversion { value throws(Mistake) in
            guard case .string(let text) = value.content else { throw Mistake(value: nil, problem: "must be text in quotes") }
            guard !text.utf8.contains(0) else { throw Mistake(value: nil, problem: "must not hold a NUL character") }
            return Secret(text)
        }
    }
}

extension Conversion<Bool> {
    /// `true` or `false`.
    static var flag: Self {
        Conversion(.flag) { value throws(Mistake) in
            guard case .flag(let flag) = value.content else { throw value.mistake("must be true or false") }
            return flag
        }
    }
}

extension Conversion where Value: FixedWidthInteger {
    /// A whole number within `range`.
    static func integer(in range: ClosedRange<Value>) -> Self {
        Conversion(.integer) { value throws(Mistake) in
            guard case .integer(let number) = value.content, let number = Value(exactly: number), range.contains(number) else {
                throw value.mistake("must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }
}

extension Conversion<Double> {
    /// A number within `range`; a whole one does as well.
    static func number(in range: ClosedRange<Double>) -> Self {
        Conversion(.number) { value throws(Mistake) in
            let number: Double? =
                switch value.content {
                case .number(let number): number
                case .integer(let number): Double(number)
                default: nil
                }
            guard let number, range.contains(number) else {
                throw value.mistake("must be a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }
}

extension Conversion where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words that the type knows.
    static var choice: Self {
        Conversion { value throws(Mistake) in
            guard case .string(let text) = value.content, let choice = Value(rawValue: text) else {
                let words = Value.allCases.map { "\"\($0.rawValue)\"" }
                throw value.mistake("must be \(words.dropLast().joined(separator: ", ")) or \(words[words.count - 1])")
            }
            return choice
        }
    }
}

extension Conversion<JSONPointer> {
    /// A JSON Pointer.
    static var pointer: Self {
        Conversion { value throws(Mistake) in
            guard case .string(let text) = value.content, let pointer = JSONPointer(text) else {
                throw value.mistake(pointerProblem)
            }
            return pointer
        }
    }

    /// What is wrong with a text that is none.
    static var pointerProblem: String {
        "must be a JSON Pointer (RFC 6901): \"\" or \"/name/…\", with ~ written ~0 and a / in a name written ~1"
    }

    /// A JSON Pointer, or the name of an attribute of the event around the message; whether there is one the rules know.
    static var pointerOrAttribute: Self {
        Conversion { value throws(Mistake) in
            if case .string(let text) = value.content, let attribute = JSONPointer(attribute: text) { return attribute }
            return try pointer.convert(value)
        }
    }

    /// The same, but not the whole message.
    static var pointerIntoMessageOrAttribute: Self {
        Conversion { value throws(Mistake) in
            let pointer = try pointerOrAttribute.convert(value)
            guard !pointer.isWhole else { throw value.mistake(insideProblem) }
            return pointer
        }
    }

    private static var insideProblem: String { "must point into the message, like \"/id\"" }

    /// A pointer to something inside a message; the whole message cannot be a key or a version.
    static var pointerIntoMessage: Self {
        Conversion { value throws(Mistake) in
            let pointer = try pointer.convert(value)
            guard !pointer.tokens.isEmpty else { throw value.mistake(insideProblem) }
            return pointer
        }
    }
}
