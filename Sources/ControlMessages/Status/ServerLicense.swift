extension ServerStatus {
    /// What a server reports about its licence.
    package struct License: Codable, Sendable, Equatable {
        /// What the server calls it: `good`, `expiring`, `expired`, `limit-reached`, `read-only`, `shutdown`, or `other`.
        package var state: String
        /// Size of the data; `nil` if the server does not report it.
        package var bytesUsed: Int?
        /// Size that the licence allows; `nil` if the server does not report it, or there is no limit.
        package var bytesLimit: Int?
        /// Time until writes are refused; `nil` if the server does not report it, or that is years away.
        package var secondsUntilReadOnly: Int?
        /// Time until the server shuts down; `nil` as above.
        package var secondsUntilShutDown: Int?

        /// A licence by its state.
        package init(state: String) { self.state = state }
    }
}
