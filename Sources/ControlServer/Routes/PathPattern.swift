internal import ControlMessages
internal import Formats

/// A path with parameters, such as `/v1/processors/{name}`.
package struct PathPattern: Sendable, Equatable, CustomStringConvertible {
    private enum Segment: Equatable {
        case text(Substring)
        case parameter(String)
    }

    /// As it was written.
    package let description: String
    private let segments: [Segment]

    /// A pattern as it is written in a route.
    init(_ text: String) {
        description = text
        segments = text.split(separator: "/", omittingEmptySubsequences: false).map { segment in
            segment.hasPrefix("{") ? .parameter(String(segment.dropFirst().dropLast())) : .text(segment)
        }
    }

    /// The names' values if the path matches; `nil` if not. `path` is as the client sent it; a name may hold any character when it is
    /// percent-encoded, a slash too.
    func match(_ path: Substring) -> [String: String]? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == segments.count else { return nil }
        var values: [String: String] = [:]
        for (segment, part) in zip(segments, parts) {
            switch segment {
            case .text(let text): guard part == text else { return nil }
            case .parameter(let name):
                guard let value = part.percentDecoded, !value.isEmpty else { return nil }
                values[name] = value
            }
        }
        return values
    }
}
