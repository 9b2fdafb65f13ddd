/// Rules for the partitions of a processor.
extension ProcessorDraft {
    /// Finds what is without effect, or cannot be.
    func checkPartitions(_ findings: inout Diagnostics) {
        guard let names = settings.partitionNames else {
            for key in ["partition_by", "balance"] {
                if let location = findings.location(of: "\(path).\(key)") {
                    findings.add(location, "\(path).\(key)", "has no effect without partitions")
                }
            }
            return
        }
        if let rate = settings.rate, rate.most(in: MessageRate.longestWait) < names.count {
            findings.add(
                findings.location(of: "\(path).rate") ?? location, "\(path).rate", value: "\"\(rate)\"",
                "is too low for \(names.count) partitions, each of which has a message waiting: at least \"\(names.count)/min\"")
        }
        let longest = [names.entry, names.partition(names.count - 1)].map(\.utf8.count).max() ?? 0
        if findings.isSet("\(path).queue"), longest > 255 {
            findings.add(
                findings.location(of: "\(path).queue") ?? location, "\(path).queue",
                "is too long: its partitions and their exchanges would have names of more than 255 bytes")
        }
    }
}

/// Whose partitions which queues are, found by the names' form: naming all of them takes time that a long list of processors does not have.
struct PartitionedQueues {
    private var owners: [Exact<String>: ProcessorDraft] = [:]

    init(_ processors: [ProcessorDraft]) {
        for processor in processors {
            let queue = Exact(processor.settings.queue)
            guard let count = processor.settings.partitions, count > owners[queue]?.settings.partitions ?? 0 else { continue }
            owners[queue] = processor
        }
    }

    /// The processor that consumes the queue `name` as one of its partitions.
    func owner(of name: String) -> ProcessorDraft? {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), let number = Int(name[name.utf8.index(after: dot)...]), number >= 0,
            let owner = owners[Exact(String(name[..<dot]))], let names = owner.settings.partitionNames
        else { return nil }
        return number < names.count && names.partition(number).isExactly(name) ? owner : nil
    }
}
