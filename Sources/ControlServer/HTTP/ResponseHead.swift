internal import ControlMessages
internal import Glibc

/// The first line and the header fields of an answer (RFC 9112 section 4).
struct ResponseHead {
    /// The status code.
    let status: Int
    /// In this order.
    var fields: [(name: String, value: String)]

    /// As it is sent, the empty line included. `Date` is added, because a server that has a clock sends it (RFC 9110 section 6.6.1).
    var bytes: [UInt8] {
        var text = "HTTP/1.1 \(status) \(Self.reasons[status] ?? "Unknown")\r\n"
        // An interim answer is not the answer, and has no need of any.
        if status >= 200 { text += "Date: \(HTTPDate.text(time(nil)))\r\n" }
        for (name, value) in fields { text += "\(name): \(value)\r\n" }
        return Array((text + "\r\n").utf8)
    }

    /// RFC 9110 section 15; of 431 RFC 6585.
    private static let reasons = [
        100: "Continue", 200: "OK", 204: "No Content", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        406: "Not Acceptable", 408: "Request Timeout", 409: "Conflict", 413: "Content Too Large", 414: "URI Too Long",
        415: "Unsupported Media Type", 417: "Expectation Failed", 421: "Misdirected Request", 422: "Unprocessable Content",
        431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented", 503: "Service Unavailable",
        505: "HTTP Version Not Supported",
    ]
}

/// `IMF-fixdate` of RFC 9110 section 5.6.7, which is English in every locale.
enum HTTPDate {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Such as `Sun, 06 Nov 1994 08:49:37 GMT`, of seconds since 1970.
    static func text(_ seconds: Int) -> String {
        var (instant, parts) = unsafe (seconds, tm())
        _ = unsafe gmtime_r(&instant, &parts)
        let (weekday, month, year) = unsafe (Int(parts.tm_wday), Int(parts.tm_mon), 1900 + parts.tm_year)
        let (date, time) = unsafe ([parts.tm_mday], [parts.tm_hour, parts.tm_min, parts.tm_sec])
        func two(_ numbers: [Int32]) -> String { numbers.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":") }
        return "\(days[weekday]), \(two(date)) \(months[month]) \(year) \(two(time)) GMT"
    }
}
