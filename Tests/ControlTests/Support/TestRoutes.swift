@testable import ControlMessages
@testable import ControlServer

extension RouteDescription {
    /// Of a route that only tests have, and whose answer is text.
    static let text = RouteDescription(
        "For a test", replies: [.init(status: 200, content: .text(mediaType: "text/plain"), meaning: "Text.")])
    /// Of one that also takes any body, which it does not look into, and `q` in the query.
    static let echo = RouteDescription(
        "For a test", parameters: [.query("q", .text, "Anything.")], body: .optional(.init("Anything", "Anything.", [])),
        replies: text.replies)
    /// Of one whose answer is lines.
    static let lines = RouteDescription("For a test", replies: [.init(status: 200, content: .lines(EventLine.schema), meaning: "Lines.")])
}
