internal import Formats

/// Values without quotes: booleans, numbers, dates and times.
enum TOMLScalar {
    /// The value that `text` means; `nil` if it means none.
    static func content(of text: String) -> ConfigurationValue.Content? {
        switch text {
        case "true": .flag(true)
        case "false": .flag(false)
        case "inf", "+inf": .number(.infinity)
        case "-inf": .number(-.infinity)
        case "nan", "+nan", "-nan": .number(.nan)
        default: integer(text).map { .integer($0) } ?? float(text).map { .number($0) } ?? moment(text).map { .moment($0) }
        }
    }

    private static func integer(_ text: String) -> Int? {
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where text.hasPrefix(prefix) {
            return digits(text.dropFirst(2), radix: radix).flatMap { Int($0, radix: radix) }
        }
        let (sign, number) = signAndRest(text[...])
        guard let digits = decimal(number) else { return nil }
        return Int(sign + digits)
    }

    private static func float(_ text: String) -> Double? {
        let (sign, rest) = signAndRest(text[...])
        let parts = rest.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        let mantissa = (parts.first ?? "").split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard mantissa.count == 2 || parts.count == 2, let whole = decimal(mantissa.first ?? "") else { return nil }
        var number = sign + whole
        if mantissa.count == 2 {
            guard let fraction = digits(mantissa[1], radix: 10) else { return nil }
            number += ".\(fraction)"
        }
        if parts.count == 2 {
            let (sign, rest) = signAndRest(parts[1])
            guard let exponent = digits(rest, radix: 10) else { return nil }
            number += "e\(sign)\(exponent)"
        }
        return Double(number)
    }

    /// A date, a time of day, or both with or without an offset, as RFC 3339 writes them (the separating blank or small letter made a `T`, `Z`).
    private static func moment(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-") else { return isTime(text[...]) ? text : nil }
        let date = text.prefix(10)
        guard isDate(date) else { return nil }
        guard bytes.count > 10 else { return text }
        guard [UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " ")].contains(bytes[10]) else { return nil }
        let clock = text.dropFirst(11)
        if clock.last == "Z" || clock.last == "z" { return isTime(clock.dropLast()) ? "\(date)T\(clock.dropLast())Z" : nil }
        let offset = clock.suffix(6)
        if offset.count == 6, let sign = offset.first, sign == "+" || sign == "-" {
            let parts = offset.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, number(parts[0], digits: 2, in: 0...23) != nil, number(parts[1], digits: 2, in: 0...59) != nil,
                isTime(clock.dropLast(6))
            else { return nil }
            return "\(date)T\(clock)"
        }
        return isTime(clock) ? "\(date)T\(clock)" : nil
    }

    private static func isDate(_ text: Substring) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = number(parts[0], digits: 4, in: 0...9999), let month = number(parts[1], digits: 2, in: 1...12),
            let day = number(parts[2], digits: 2, in: 1...31)
        else { return false }
        return CalendarDate(year: year, month: month, day: day) != nil
    }

    private static func isTime(_ text: Substring) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, number(parts[0], digits: 2, in: 0...23) != nil, number(parts[1], digits: 2, in: 0...59) != nil else {
            return false
        }
        let seconds = parts[2].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard number(seconds[0], digits: 2, in: 0...59) != nil else { return false }
        return seconds.count == 1 || !seconds[1].isEmpty && seconds[1].utf8.allSatisfy { isDigit($0, radix: 10) }
    }

    private static func number(_ text: Substring, digits: Int, in range: ClosedRange<Int>) -> Int? {
        guard text.utf8.count == digits, text.utf8.allSatisfy({ isDigit($0, radix: 10) }), let number = Int(text), range.contains(number)
        else {
            return nil
        }
        return number
    }

    private static func signAndRest(_ text: Substring) -> (sign: String, rest: Substring) {
        text.first == "-" ? ("-", text.dropFirst()) : ("", text.first == "+" ? text.dropFirst() : text)
    }

    /// Decimal digits without a zero in front.
    private static func decimal(_ text: Substring) -> String? {
        digits(text, radix: 10).flatMap { $0.count > 1 && $0.first == "0" ? nil : $0 }
    }

    /// Digits, with the underscores between them taken out.
    private static func digits(_ text: Substring, radix: Int) -> String? {
        let groups = text.split(separator: "_", omittingEmptySubsequences: false)
        guard groups.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { isDigit($0, radix: radix) } }) else { return nil }
        return groups.joined()
    }

    private static func isDigit(_ byte: UInt8, radix: Int) -> Bool {
        byte.hexDigitValue.map { $0 < radix } ?? false
    }
}
