/// What an event of `GET /v1/events` is about. Names are what users script against.
package enum EventName: String, Sendable, CaseIterable {
    case written, stale, retried, refused, parked
    case connected = "rabbitmq-connected"
    case away = "rabbitmq-away"
    case consuming
    case consumerCancelled = "consumer-cancelled"
    case consumerLost = "consumer-lost"
    case subscribeFailed = "subscribe-failed"
    case standby
    case parkingFailed = "parking-failed"
    case setAside = "set-aside"
    case rejectedInCircle = "rejected-in-circle"
    case emitFailing = "emit-failing"
    case emitBack = "emit-back"
    case outageBegins = "outage-begins"
    case outageEnds = "outage-ends"
    case collectionRefused = "collection-refused"
    case collectionBack = "collection-back"
    case turnedAway = "turned-away"
    case returning
    case keeping
    case notReady = "not-ready"
    case nearDeliveryLimit = "near-delivery-limit"
    case outcomeUnknown = "outcome-unknown"
    case requestSplit = "request-split"
    case writeSplit = "write-split"
    case readingPaused = "reading-paused"
    case readingResumed = "reading-resumed"
    case resyncBeginning = "resync-beginning"
    case resyncRunning = "resync-running"
    case resyncAsking = "resync-asking"
    case resyncSweeping = "resync-sweeping"
    case resyncStopped = "resync-stopped"
    case resyncDone = "resync-done"
    case resyncCancelled = "resync-cancelled"
    case skipped
    case cutOff = "cut-off"
}
