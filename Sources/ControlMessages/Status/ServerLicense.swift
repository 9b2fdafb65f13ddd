extension ServerStatus {
    /// What a server tells of its licence.
    package struct License: Codable, Sendable, Equatable {
        /// What the server calls it: `good`, `expiring`, `expired`, `limit-reached`, `read-only`, `shutdown`, or `other`.
        package var state: String
        /// Size of the data; nil: the server does not tell.
        package var bytesUsed: Int?
        /// Size that the licence allows; nil: the server does not tell, or there is no limit.
        package var bytesLimit: Int?
        /// Until no more writes are taken; nil: the server does not tell, or that is years away.
        package var secondsUntilReadOnly: Int?
        /// Until the server shuts down; the same.
        package var secondsUntilShutDown: Int?

        /// A licence by its state.
        package init(state: String) { self.state = state }
    }
}
