import FoundationEssentials
import Glibc

/// What a process uses, from `/proc`.
struct ResourceUsage: Sendable, Equatable {
    var residentKiB: Int
    /// The most it ever was.
    var peakKiB: Int
    var threads: Int
    var descriptors: Int

    /// nil if there is no such process.
    init?(of pid: pid_t) {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/status"),
            let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")
        else { return nil }
        var values: [Substring: Int] = [:]
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            let words = line.split { $0 == ":" || $0 == "\t" || $0 == " " }
            if words.count > 1 { values[words[0]] = Int(words[1]) }
        }
        guard let resident = values["VmRSS"], let peak = values["VmHWM"], let threads = values["Threads"] else { return nil }
        residentKiB = resident
        peakKiB = peak
        self.threads = threads
        descriptors = open.count
    }
}

extension ResourceUsage {
    /// The pool of connections to the database opens and closes some as it needs them.
    private static let mostMoreForDatabase = 4
    /// Each dead-letter queue has a connection from its first letter on: a thread, which sleeps on two descriptors, and the socket.
    private static let letterQueues = 3
    private static let mostMoreDescriptors = mostMoreForDatabase + 3 * letterQueues, mostMoreThreads = mostMoreForDatabase + letterQueues

    /// No more than at the beginning, but for what comes and goes.
    func isWithinBounds(of first: Self) -> Bool {
        descriptors <= first.descriptors + Self.mostMoreDescriptors && threads <= first.threads + Self.mostMoreThreads
    }

    /// Field 22 of `/proc/PID/stat`, counted after the name, which may hold spaces; distinguishes a process from a later one with the same id.
    static func startTime(of pid: pid_t) -> Substring? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
        let stat = String(decoding: data, as: UTF8.self)
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[end...].split(separator: " ")
        return fields.count > 20 ? fields[20] : nil
    }
}

extension ResourceUsage: CustomStringConvertible {
    var description: String { "\(residentKiB / 1024) MiB, at most \(peakKiB / 1024), \(threads) threads, \(descriptors) descriptors" }
}
