/// What has to hold of whatever the fuzzer thought of. A precondition of an optimised build would fail without its words.
public func must(_ isTrue: Bool, _ text: @autoclosure () -> String) {
    if !isTrue { fatalError(text()) }
}
