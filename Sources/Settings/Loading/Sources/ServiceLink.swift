internal import Formats

/// Variables that an orchestrator puts into every container's environment for a service that is called like us, or like a part of us: those of
/// Kubernetes (`WARREN_SERVICE_HOST`, `WARREN_PORT_80_TCP_ADDR`) and of Docker's links, which have the same forms.
///
/// They are known by name and value together, so that a slip of the pen in one of ours is still reported.
enum ServiceLink {
    /// Whether a variable is such a one. Those of a service `warren-rabbitmq` are, too.
    static func isLink(_ name: String, _ value: String) -> Bool {
        guard name.hasPrefix("WARREN_") else { return false }
        let words = name.split(separator: "_", omittingEmptySubsequences: false)
        return ends(words, with: ["SERVICE", "HOST"]) && isAddress(value)
            || isServicePort(words) && isPort(value)
            || ends(words, with: ["PORT"]) && isEndpoint(value)
            || isPortDetail(words, value)
    }

    private static func ends(_ words: [Substring], with end: [Substring]) -> Bool {
        words.count > end.count && words.suffix(end.count) == end[...]
    }

    /// `WARREN_SERVICE_PORT`, and with the port's name behind it `WARREN_SERVICE_PORT_HTTP`.
    private static func isServicePort(_ words: [Substring]) -> Bool {
        words.indices.dropFirst(2).contains { words[$0 - 1] == "SERVICE" && words[$0] == "PORT" } && !words.contains("")
    }

    /// `WARREN_PORT_80_TCP` is the endpoint; `_PROTO`, `_PORT` and `_ADDR` behind it are its parts, `_START` and `_END` (Docker) the ends of a range.
    private static func isPortDetail(_ words: [Substring], _ value: String) -> Bool {
        guard
            let index = words.indices.dropFirst().first(where: { index in
                words[index] == "PORT" && index + 2 < words.count && isPort(words[index + 1])
                    && protocols.contains(words[index + 2].lowercased())
            })
        else { return false }
        switch words[(index + 3)...] {
        case []: return isEndpoint(value)
        case ["PROTO"]: return protocols.contains(value)
        case ["PORT"]: return isPort(value)
        case ["ADDR"]: return isAddress(value)
        case ["START"], ["END"], ["PORT", "START"], ["PORT", "END"]: return isEndpoint(value) || isPort(value)
        default: return false
        }
    }

    private static let protocols = ["tcp", "udp", "sctp"]

    /// `tcp://10.0.0.1:80`, `tcp://[fd00::1]:80`
    private static func isEndpoint(_ text: String) -> Bool {
        guard let scheme = protocols.first(where: { text.hasPrefix("\($0)://") }), let colon = text.lastIndex(of: ":") else { return false }
        let start = text.index(text.startIndex, offsetBy: scheme.count + 3)
        guard start < colon, isPort(text[text.index(after: colon)...]) else { return false }
        let host = text[start..<colon]
        return isAddress(host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host)
    }

    private static func isPort(_ text: some StringProtocol) -> Bool { text.utf8.allSatisfy(\.isDigit) && UInt16(text) ?? 0 > 0 }

    /// IPv4 in digits, or what can only be IPv6.
    private static func isAddress(_ text: some StringProtocol) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 4, parts.allSatisfy({ $0.utf8.allSatisfy(\.isDigit) && UInt8($0) != nil }) { return true }
        return text.utf8.count { $0 == UInt8(ascii: ":") } >= 2
            && text.unicodeScalars.allSatisfy { ":.0123456789abcdefABCDEF".unicodeScalars.contains($0) }
    }
}
