@testable import Settings

/// libFuzzer calls this with what may be in the configuration's files, environment variables and credentials. Reading it must not trap, must take
/// time in proportion to its length, and what comes out without a mistake must be a configuration by its own rules.
///
/// Sources are divided by bytes that UTF-8 does not have: 0xFF begins another file, 0xFE a variable, 0xFD a credential. The name of the latter
/// two ends at the first `=`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSettings(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let sources = unsafe Sources(UnsafeBufferPointer(start: start, count: count))
    let begin = ContinuousClock.now
    let first = result(of: sources)
    checkTime(begin.duration(to: .now), bytes: count)
    switch first {
    case .success(let settings):
        check(settings)
        precondition((try? result(of: sources).get()) == settings, "the same sources, other settings")
        precondition(SettingsChange(from: settings, to: settings).isEmpty, "no change is one")
        _ = SettingsChange(from: Settings(), to: settings)
        for line in settings.summary { check(line) }
    case .failure(let errors):
        precondition(!errors.errors.isEmpty, "refused without a reason")
        precondition(errors.lines.count <= SettingsErrors.mostShown + 1, "more lines than anybody reads")
        for error in errors.errors { check("\(error)") }
    }
    return 0
}

/// What the loader is given.
private struct Sources {
    var files: [ConfigurationSource] = []
    var environment: [String: String] = [:]
    var credentials: [String: String] = [:]

    init(_ input: UnsafeBufferPointer<UInt8>) {
        var kind: UInt8 = 0xFF
        // Files that are no UTF-8 are refused before they come here.
        for part in unsafe Array(input).split(omittingEmptySubsequences: false, whereSeparator: { $0 >= 0xFD }) {
            let end = part.endIndex
            let text = String(decoding: part, as: UTF8.self)
            let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
            switch kind {
            case 0xFE: environment[halves[0]] = halves.count > 1 ? halves[1] : ""
            case 0xFD: credentials[halves[0]] = halves.count > 1 ? halves[1] : ""
            default: files.append(ConfigurationSource(name: "\(files.count).toml", text: text))
            }
            if end < input.count { kind = unsafe input[end] }
        }
    }
}

private func result(of sources: Sources) -> Result<Settings, SettingsErrors> {
    do throws(SettingsErrors) {
        return .success(
            try SettingsLoader.settings(from: sources.files, environment: sources.environment, credentials: sources.credentials))
    } catch {
        return .failure(error)
    }
}

/// A fixed time for a busy machine and its hiccups, and then so much for each byte: the square of this length would be far beyond.
private func checkTime(_ time: Duration, bytes: Int) {
    precondition(time <= .milliseconds(2000) + .microseconds(200) * bytes, "\(bytes) bytes took \(time)")
}

/// For people, and on a line of its own.
private func check(_ line: String) {
    precondition(line.utf8.count <= 8192, "a line of \(line.utf8.count) bytes")
}

/// The rules that everything behind the loader relies on.
private func check(_ settings: Settings) {
    precondition(!settings.processors.isEmpty, "nothing to do")
    precondition(Set(settings.processors.map(\.name)).count == settings.processors.count, "two processors of one name")
    let queues = settings.processors.flatMap(\.consumedQueues).map { Exact($0) }
    precondition(Set(queues).count == queues.count, "two processors consume one queue")
    precondition((1 << 20...1 << 40).contains(settings.rabbitmq.holdBytes), "hold")
    precondition((1...10_000).contains(settings.batch.documents) && settings.batch.bytes > 0, "batch")
    precondition(settings.rabbitmq.prefetch > 0 && !settings.rabbitmq.endpoints.isEmpty && !settings.arangodb.endpoints.isEmpty, "servers")
    for retry in [settings.retry] + settings.processors.compactMap(\.retry) {
        precondition((1...1000).contains(retry.attempts) && (1...10).contains(retry.backoff) && (0...1).contains(retry.jitter), "retry")
        precondition(retry.delay >= .zero && retry.delay <= .seconds(3600), "delay")
    }
    for processor in settings.processors { check(processor, deadLetter: settings.deadLetter) }
}

private func check(_ processor: ProcessorSettings, deadLetter: DeadLetterSettings) {
    let names = processor.partitionNames
    for queue in processor.consumedQueues + (names.map { [$0.entry, $0.hash] } ?? []) {
        precondition((1...255).contains(queue.utf8.count) && !queue.utf8.contains(0), "a queue's name")
    }
    precondition(!deadLetter.enabled || processor.queue.utf8.count + deadLetter.suffix.utf8.count <= 255, "a dead-letter queue's name")
    precondition((1...256).contains(processor.collection.utf8.count), "a collection's name")
    precondition(!processor.key.isWhole && processor.version?.isWhole != true, "the whole message as its key or version")
    let attributes = (processor.map.map(\.attribute) + processor.set.map(\.attribute)).map { Exact($0) }
    precondition(Set(attributes).count == attributes.count, "an attribute with two origins")
    precondition(processor.operation != .invalidate || processor.edges.isEmpty, "relations of an invalidation")
    for edges in processor.edges { precondition(!edges.collection.isEmpty && !edges.otherCollection.isEmpty, "an edge's ends") }
}
