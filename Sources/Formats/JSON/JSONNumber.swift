/// Numbers as RFC 8259 section 6 writes them. Their digits are never turned into a number: what is stored is what was sent.
package enum JSONNumber {
    /// Checks a number and returns the offset after it. `start` is the offset of its sign or first digit.
    package static func end(in text: Span<UInt8>, from start: Int) throws(JSONFault) -> Int {
        var offset = text[start] == UInt8(ascii: "-") ? start &+ 1 : start
        let whole = afterDigits(in: text, from: offset)
        guard whole > offset else { throw fault(text, at: whole) }
        guard text[offset] != UInt8(ascii: "0") || whole == offset + 1 else { throw JSONFault(.badNumber, at: start) }
        offset = whole
        if text.byte(at: offset) == UInt8(ascii: ".") {
            let fraction = afterDigits(in: text, from: offset &+ 1)
            guard fraction > offset &+ 1 else { throw fault(text, at: fraction) }
            offset = fraction
        }
        if text.byte(at: offset) | 0x20 == UInt8(ascii: "e") {
            offset &+= 1
            if text.byte(at: offset) == UInt8(ascii: "+") || text.byte(at: offset) == UInt8(ascii: "-") { offset &+= 1 }
            let exponent = afterDigits(in: text, from: offset)
            guard exponent > offset else { throw fault(text, at: exponent) }
            offset = exponent
        }
        return offset
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
        for offset in text.indices {
            guard text[offset].isDigit else { return nil }
            let (product, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = product.addingReportingOverflow(UInt64(text[offset] - UInt8(ascii: "0")))
            guard !isTooLarge, !overflows else { return nil }
            number = sum
        }
        return number
    }

    private static func afterDigits(in text: Span<UInt8>, from start: Int) -> Int {
        var offset = start
        while text.byte(at: offset).isDigit { offset &+= 1 }
        return offset
    }

    private static func fault(_ text: Span<UInt8>, at offset: Int) -> JSONFault {
        JSONFault(offset < text.count ? .badNumber : .endOfText, at: offset)
    }
}
