extension ErrorReply {
    package static let schema = MessageSchema(
        "Error", "Why a request was not done.",
        [
            .init("error", .message(contentSchema), "The one member.")
        ])

    package static let contentSchema = MessageSchema(
        "ErrorContent", "A word for programs and a sentence for people.",
        [
            .init(
                "code", .choice(ErrorCode.allCases.map(\.rawValue)), "A word for programs, which stays the same from version to version."),
            .init("message", .text, "A sentence for people: what failed, why, and what they can do. It may change."),
        ])
}
