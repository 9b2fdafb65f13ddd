@testable import Control

extension RouteDescription {
    /// Of a route that only tests have, and whose answer is text.
    static let text = RouteDescription(
        "For a test", replies: [.init(status: 200, content: .text(mediaType: "text/plain"), meaning: "Text.")])
    /// Of one whose answer is lines.
    static let lines = RouteDescription("For a test", replies: [.init(status: 200, content: .lines(EventLine.schema), meaning: "Lines.")])
}
