internal import Messages

/// Where a held write is. ``PipelineMachine/move(_:to:)`` moves it from stage to stage, and updates the container that a stage has.
///
/// What is due for it is its ``WriteStep``.
enum WriteStage: Equatable {
    /// Behind another write of its document.
    case waiting
    /// First of its document, which is hot: more may come that can be folded into it.
    case resting
    /// The next request to its target carries it.
    case ready
    /// Its document must be read: the next request that reads from its target carries it.
    case readingBack
    /// A request has been sent with it, or with the write that it was folded into. The answer moves it to another stage, or settles it.
    case inFlight(RequestID)
    /// It is tried again then, in nanoseconds on the machine's own clock. Not an instant, whose layout is known only at run time.
    case delayed(until: Int)
    /// It failed, alone or with others, and ArangoDB has not said whose fault that is: its ``Investigation`` finds out.
    case suspected
    /// Everything is written. Its onward message waits for RabbitMQ's confirmation; `isSent` once it is sent.
    case publishing(isSent: Bool)
    /// Refused. Its dead letter waits until RabbitMQ has confirmed it, and so do the later writes of its document.
    case deadLettering

    /// Its outcome is open: it cannot be dropped, and its channel may end without it.
    var isInFlight: Bool {
        switch self {
        case .inFlight, .publishing(isSent: true): true
        case .waiting, .resting, .ready, .readingBack, .delayed, .suspected, .publishing(isSent: false), .deadLettering: false
        }
    }
}
