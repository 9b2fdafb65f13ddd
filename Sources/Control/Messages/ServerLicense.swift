extension ServerStatus {
    /// What a server tells of its licence.
    public struct License: Codable, Sendable, Equatable {
        /// What the server calls it: `good`, `expiring`, `expired`, `limit-reached`, `read-only`, `shutdown`, or `other`.
        public var state: String
        /// Size of the data; nil: the server does not tell.
        public var bytesUsed: Int?
        /// Size that the licence allows; nil: the server does not tell, or there is no limit.
        public var bytesLimit: Int?
        /// Until no more writes are taken; nil: the server does not tell, or that is years away.
        public var secondsUntilReadOnly: Int?
        /// Until the server shuts down; the same.
        public var secondsUntilShutDown: Int?

        /// A licence by its state.
        public init(state: String) { self.state = state }
    }
}
