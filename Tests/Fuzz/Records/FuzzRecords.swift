import ControlMessages
import FoundationEssentials
import Messages
import Twins

@testable import Service
@testable import Store

/// libFuzzer calls this with what the collections that instances share may contain: any client with write access to the database may write them.
/// Nothing that is read from there may end an instance, now or later.
///
/// Two bytes choose what is done with the record; the rest is the answer with it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRecords(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard input.count >= 2 else { return 0 }
    guard let elements = try? JSONDecoder().decode([RecordElement<ResyncRun>].self, from: Data(input[2...])) else { return 0 }
    let runs = elements.compactMap(\.record)
    for run in runs { use(run, input[0], input[1]) }
    _ = elements.lazy.compactMap(\.fault).first?.message
    tell(runs)
    return 0
}

private let now: UInt64 = 1_800_000_000_000

/// All that instances do with a run, in the order in which the steps come.
private func use(_ run: ResyncRun, _ first: UInt8, _ second: UInt8) {
    checkRoundTrip(run)
    var run = run
    _ = run.isToSweep(by: "me", at: now)
    _ = run.isToSweep(by: "me", at: 0)
    must(run.allowance >= 0, "no less than none")
    let step = Int(second) * 1000
    for bit in 0..<8 where first & 1 << bit != 0 {
        switch bit {
        case 0: run.begun(at: now)
        case 1: run.takeOver(by: "you", at: now)
        case 2: run.swept(removed: step, kept: step, at: now)
        case 3: run.stop("no", at: now)
        case 4:
            let counts = ResyncRun.Counts(scope: CursorAnswer<Int>.mostDocuments, missing: CursorAnswer<Int>.mostDocuments, samples: [])
            try? run.end(counts, limit: step, isConfirmed: second & 1 != 0, sweeper: "me", at: now)
        case 5: run.swept(removed: CursorAnswer<Int>.mostDocuments, kept: step, at: now)
        case 6: run.finish(at: now)
        default: try? run.cancel(at: now)
        }
        must(run.allowance >= 0, "no less than none")
    }
    _ = "\(run.since)"
    _ = try? JSONEncoder().encode(ResyncSummary(run: run.id, state: run.state.rawValue, since: run.since))
}

/// What is written down is what was read.
private func checkRoundTrip(_ run: ResyncRun) {
    do {
        let again = try JSONDecoder().decode(ResyncRun.self, from: JSONEncoder().encode(run))
        must(again == run, "a run that was written down is another one")
    } catch {
        fatalError("a run that was read cannot be written down, or not be read again: \(error)")
    }
}

/// What people see of them.
private func tell(_ runs: [ResyncRun]) {
    let knowledge = ResyncRunCache.Knowledge(processors: runs.map(\.processor), runs: runs, at: .now)
    for run in runs {
        _ = knowledge.run(of: run.processor)
        _ = ServiceEvent(run)
    }
}
