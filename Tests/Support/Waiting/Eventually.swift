public import Testing

/// A condition did not come true in time. The issue is recorded already.
public struct Late: Error {
    /// What came in time was not what it should be.
    public init() {}
}

/// Waits until `condition` holds. If it does not within `seconds`, records an issue and throws ``Late``: the deadline only ends a hang, and nothing
/// relies on its length.
///
/// `what` is evaluated in that case only, so that it may say what had come by then.
public func eventually(
    _ what: @autoclosure () -> Comment, seconds: Int = 60, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !(try await condition()) {
        guard .now < deadline else {
            Issue.record("\(what().rawValue): not within \(seconds) s", sourceLocation: sourceLocation)
            throw Late()
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}
