/// Times as RFC 3339 writes them.
package enum InternetTime {
    /// 9999-12-31T23:59:59Z: later seconds have no such text.
    package static let lastSecond: UInt64 = 253_402_300_799

    /// Why a text gives no number of nanoseconds.
    package enum Fault: Error {
        /// It is not written as RFC 3339 section 5.6 says, or names a day or time that does not exist.
        case notATime
        /// More than nine digits of a second.
        case tooFine
        /// Before 1970, or after 2262-04-11T23:47:16.854775807Z, the last nanosecond that a signed 64-bit number counts.
        case outOfRange
    }

    /// Nanoseconds since 1970 of a text like `2024-05-06T07:08:09.123+02:00`. A leap second (`:60`) counts as the second that follows.
    package static func nanoseconds(_ text: ArraySlice<UInt8>) throws(Fault) -> UInt64 {
        var reader = Reader(rest: text)
        let year = try reader.number(digits: 4)
        try reader.expect("-")
        let month = try reader.number(digits: 2)
        try reader.expect("-")
        guard let date = CalendarDate(year: year, month: month, day: try reader.number(digits: 2)) else { throw .notATime }
        try reader.expect("T", or: "t")
        let hour = try reader.number(digits: 2)
        try reader.expect(":")
        let minute = try reader.number(digits: 2)
        try reader.expect(":")
        let second = try reader.number(digits: 2)
        let fraction = try reader.fraction()
        let offset = try reader.offset()
        guard hour <= 23, minute <= 59, second <= 60, reader.rest.isEmpty else { throw .notATime }
        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset
        // A leap second is the last of a day in UTC, so the second after it is the first of a day.
        guard second < 60 || seconds % 86_400 == 0 else { throw .notATime }
        let (product, productOverflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, sumOverflows) = product.addingReportingOverflow(fraction)
        guard seconds >= 0, !productOverflows, !sumOverflows else { throw .outOfRange }
        return UInt64(sum)
    }

    /// A second in UTC, like `2024-05-06T07:08:09Z`. Seconds after ``lastSecond`` count as that.
    package static func text(seconds: UInt64) -> [UInt8] { secondText(seconds) + [UInt8(ascii: "Z")] }

    /// A millisecond in UTC, like `2024-05-06T07:08:09.123Z`. Those after ``lastSecond`` count as its first.
    package static func text(milliseconds: UInt64) -> [UInt8] {
        let (seconds, fraction) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        let digits = seconds <= lastSecond ? [fraction / 100, fraction / 10 % 10, fraction % 10] : [0, 0, 0]
        return secondText(seconds) + [UInt8(ascii: ".")] + digits.map { UInt8(ascii: "0") + UInt8($0) } + [UInt8(ascii: "Z")]
    }

    /// A second in UTC without the letter `Z`.
    private static func secondText(_ seconds: UInt64) -> [UInt8] {
        let seconds = Int(min(seconds, lastSecond))
        let date = CalendarDate(daysSince1970: seconds / 86_400)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        func add(_ number: Int, then scalar: Unicode.Scalar? = nil) {
            text.append(UInt8(ascii: "0") + UInt8(number / 10))
            text.append(UInt8(ascii: "0") + UInt8(number % 10))
            if let scalar { text.append(UInt8(ascii: scalar)) }
        }
        add(date.year / 100)
        add(date.year % 100, then: "-")
        add(date.month, then: "-")
        add(date.day, then: "T")
        add(seconds / 3600 % 24, then: ":")
        add(seconds / 60 % 60, then: ":")
        add(seconds % 60)
        return text
    }

    /// Takes a text apart from the front.
    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func expect(_ scalar: Unicode.Scalar, or other: Unicode.Scalar? = nil) throws(Fault) {
            guard let byte = rest.popFirst(), byte == UInt8(ascii: scalar) || other.map({ byte == UInt8(ascii: $0) }) == true else {
                throw .notATime
            }
        }

        mutating func number(digits: Int) throws(Fault) -> Int {
            var number = 0
            for _ in 0..<digits {
                guard let byte = rest.popFirst(), byte.isDigit else { throw .notATime }
                number = number * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return number
        }

        /// The fraction of a second, if there is one, in nanoseconds.
        mutating func fraction() throws(Fault) -> Int {
            guard rest.first == UInt8(ascii: ".") else { return 0 }
            rest.removeFirst()
            let digits = rest.prefix(while: \.isDigit).count
            guard digits > 0 else { throw .notATime }
            guard digits <= 9 else { throw .tooFine }
            return (digits..<9).reduce(try number(digits: digits)) { nanoseconds, _ in nanoseconds * 10 }
        }

        /// The distance from UTC in seconds.
        mutating func offset() throws(Fault) -> Int {
            let sign: Int
            switch rest.popFirst() {
            case UInt8(ascii: "Z"), UInt8(ascii: "z"): return 0
            case UInt8(ascii: "+"): sign = 1
            case UInt8(ascii: "-"): sign = -1
            default: throw .notATime
            }
            let hours = try number(digits: 2)
            try expect(":")
            let minutes = try number(digits: 2)
            guard hours <= 23, minutes <= 59 else { throw .notATime }
            return sign * (hours * 3600 + minutes * 60)
        }
    }
}
