/// What explaining one message may take: it is refused beyond that, before the memory is taken.
public struct ExplainBounds: Sendable {
    /// Bytes of the message's text, decompressed; `[rabbitmq] max_message` if that is less.
    public let textBytes: Int
    /// Bytes of all that is shown: requests, edges that stay, the onward message.
    public let answerBytes: Int
    /// What to do with a larger one.
    public let advice: String

    /// Bounds by their numbers.
    public init(textBytes: Int, answerBytes: Int, advice: String = "Warren cannot explain larger ones") {
        self.textBytes = textBytes
        self.answerBytes = answerBytes
        self.advice = advice
    }

    /// In the service, beside everything else.
    public static let service = ExplainBounds(
        textBytes: 4 << 20, answerBytes: 6 << 20, advice: "`warren explain --config FILE` explains larger ones, without the service")
    /// In a process of its own.
    public static let command = ExplainBounds(textBytes: .max, answerBytes: 24 << 20)
}
