internal import Formats

extension Double {
    /// With so many digits after the point.
    func fixed(_ digits: Int) -> String {
        let factor = (0..<digits).reduce(1) { product, _ in product * 10 }
        let scaled = Int((magnitude * Double(factor)).rounded())
        let fraction = String(scaled % factor)
        let sign = self < 0 ? "-" : ""
        return digits == 0
            ? "\(sign)\(scaled)" : "\(sign)\(scaled / factor).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }

    /// Whole, in groups of three digits.
    var grouped: String { Int(rounded()).grouped }
    /// As a share of the whole.
    var percent: String { "\((self * 100).fixed(self < 0.1 ? 1 : 0)) %" }
    /// Seconds as microseconds.
    var micro: String { (self * 1e6).fixed(self < 1e-5 ? 1 : 0) }
}
