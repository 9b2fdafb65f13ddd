/// Numbers as RFC 8259 section 6 writes them. Their digits are never turned into a number: what is stored is what was sent.
package enum JSONNumber {
    /// Checks a number and returns the place after it. `start` is the place of its sign or first digit.
    package static func end(in text: Span<UInt8>, from start: Int) throws(JSONFault) -> Int {
        var place = text[start] == UInt8(ascii: "-") ? start &+ 1 : start
        let whole = afterDigits(in: text, from: place)
        guard whole > place else { throw fault(text, at: whole) }
        guard text[place] != UInt8(ascii: "0") || whole == place + 1 else { throw JSONFault(.badNumber, at: start) }
        place = whole
        if text.byte(at: place) == UInt8(ascii: ".") {
            let fraction = afterDigits(in: text, from: place &+ 1)
            guard fraction > place &+ 1 else { throw fault(text, at: fraction) }
            place = fraction
        }
        if text.byte(at: place) | 0x20 == UInt8(ascii: "e") {
            place &+= 1
            if text.byte(at: place) == UInt8(ascii: "+") || text.byte(at: place) == UInt8(ascii: "-") { place &+= 1 }
            let exponent = afterDigits(in: text, from: place)
            guard exponent > place else { throw fault(text, at: exponent) }
            place = exponent
        }
        return place
    }

    /// Whether a checked number is written as whole numbers are: an optional minus sign and digits, and not `-0`.
    package static func isWhole(_ number: Span<UInt8>) -> Bool {
        let first = number[0] == UInt8(ascii: "-") ? 1 : 0
        return afterDigits(in: number, from: first) == number.count && !(first == 1 && number[1] == UInt8(ascii: "0"))
    }

    /// The number that digits stand for; `nil` if there is none, something else, or more than 2^64 - 1.
    package static func value(ofDigits text: Span<UInt8>) -> UInt64? {
        guard !text.isEmpty else { return nil }
        var number: UInt64 = 0
        for place in text.indices {
            guard text[place].isDigit else { return nil }
            let (product, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = product.addingReportingOverflow(UInt64(text[place] - UInt8(ascii: "0")))
            guard !isTooLarge, !overflows else { return nil }
            number = sum
        }
        return number
    }

    private static func afterDigits(in text: Span<UInt8>, from start: Int) -> Int {
        var place = start
        while text.byte(at: place).isDigit { place &+= 1 }
        return place
    }

    private static func fault(_ text: Span<UInt8>, at place: Int) -> JSONFault {
        JSONFault(place < text.count ? .badNumber : .endOfText, at: place)
    }
}
