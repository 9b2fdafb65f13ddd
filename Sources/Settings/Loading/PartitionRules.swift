/// Rules for the partitions of a processor.
extension ProcessorDraft {
    /// Finds what is without effect, or cannot be.
    func checkPartitions(_ findings: inout Findings) {
        guard let names = settings.partitionNames else {
            for key in ["partition_by", "balance"] {
                if let place = findings.place(of: "\(path).\(key)") {
                    findings.add(place, "\(path).\(key)", "has no effect without partitions")
                }
            }
            return
        }
        let longest = [names.entry, names.partition(names.count - 1)].map(\.utf8.count).max() ?? 0
        if findings.isSet("\(path).queue"), longest > 255 {
            findings.add(
                findings.place(of: "\(path).queue") ?? place, "\(path).queue",
                "is too long: its partitions and their exchanges would have names of more than 255 bytes")
        }
    }

    /// The queues that it has besides its own, or consumes instead of it.
    func partitionQueue(named name: String) -> Bool { settings.partitionNames?.partitions.contains(name) ?? false }
}
